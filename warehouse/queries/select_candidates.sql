-- For each article of the day $day from number $first on: the articles before it that share most rare shingles with
-- it, left out what a source prints on its pages. Rules and numbers are those of monitor/stories/candidates.py.
WITH wanted AS (SELECT DISTINCT value FROM fingerprint WHERE seq >= $first AND day = $day::DATE AND NOT copy),
near AS (
    SELECT value, article_id, source_id, seq, day, copy FROM fingerprint SEMI JOIN wanted USING (value)
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params),
several AS (SELECT value FROM near GROUP BY value HAVING count(*) > 1),
furniture AS (SELECT source_id, value FROM near GROUP BY source_id, value HAVING count(*) > $furniture),
told AS (
    SELECT value, article_id, seq, day FROM near SEMI JOIN several USING (value) ANTI JOIN furniture USING (source_id, value)
    WHERE NOT copy),
common AS (
    SELECT value, min(seq, $common + 1)[$common + 1] AS last_seq FROM told GROUP BY value HAVING count(*) > $common),
rare AS (
    SELECT t.* FROM told AS t LEFT JOIN common AS c ON c.value = t.value
    WHERE c.last_seq IS NULL OR t.seq <= c.last_seq)
SELECT one.article_id, other.article_id AS other_id
FROM rare AS one JOIN rare AS other ON other.value = one.value AND other.seq < one.seq
WHERE one.seq >= $first AND one.day = $day::DATE
GROUP BY one.article_id, other.article_id HAVING count(*) >= $shared
QUALIFY row_number() OVER (PARTITION BY one.article_id ORDER BY count(*) DESC, other.article_id) <= $candidates
