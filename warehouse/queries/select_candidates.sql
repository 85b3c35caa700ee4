-- For each article from number $first on (all of the day $day): the articles before it that share most rare shingles
-- with it, those left out that its source, or theirs, was known by then to print on its pages. Rules and numbers are
-- those of monitor/stories/candidates.py.
WITH wanted AS (SELECT DISTINCT value FROM fingerprint WHERE seq >= $first AND day = $day::DATE AND NOT copy),
near AS (
    SELECT value, article_id, source_id, seq, copy FROM fingerprint SEMI JOIN wanted USING (value)
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params),
frequent AS (
    SELECT source_id, value FROM near GROUP BY source_id, value HAVING count(*) > $furniture),
furniture AS (
    SELECT source_id, value, min(seq, $furniture + 1)[$furniture + 1] AS from_seq
    FROM near SEMI JOIN frequent USING (source_id, value) GROUP BY source_id, value),
told AS (SELECT value, article_id, source_id, seq FROM near WHERE NOT copy),
several AS (
    SELECT value, CASE WHEN count(*) > $common THEN min(seq, $common + 1)[$common + 1] END AS last_seq
    FROM told GROUP BY value HAVING count(*) > 1),
marked AS (
    SELECT t.value, t.article_id, t.seq, f.from_seq
    FROM told AS t JOIN several AS s ON s.value = t.value AND (s.last_seq IS NULL OR t.seq <= s.last_seq)
    LEFT JOIN furniture AS f ON f.source_id = t.source_id AND f.value = t.value)
SELECT one.article_id, other.article_id AS other_id, count(*) AS shared
FROM marked AS one JOIN marked AS other ON other.value = one.value AND other.seq < one.seq
WHERE one.seq >= $first AND (one.from_seq IS NULL OR one.from_seq > one.seq)
    AND (other.from_seq IS NULL OR other.from_seq > one.seq)
GROUP BY one.article_id, other.article_id HAVING count(*) >= $shared
QUALIFY row_number() OVER (PARTITION BY one.article_id ORDER BY count(*) DESC, other.article_id) <= $candidates
ORDER BY one.article_id, other.article_id
