-- Articles taken in before that stand under the canonical address of one of the numbers $first to $last, with its day.
WITH fresh AS (SELECT article_id, seq, day FROM placed WHERE seq BETWEEN $first AND $last),
near AS (
    SELECT p.article_id, p.seq, p.day, a.canonical_url FROM placed AS p JOIN article AS a USING (article_id)
    WHERE p.day BETWEEN (SELECT min(day) FROM fresh) - $window::INTEGER AND (SELECT max(day) FROM fresh) + $window::INTEGER
        AND a.canonical_url <> '')
SELECT one.article_id, one.day, arg_min(other.article_id, other.seq) AS other_id
FROM near AS one JOIN near AS other ON other.canonical_url = one.canonical_url AND other.seq < one.seq
    AND other.day BETWEEN one.day - $window::INTEGER AND one.day + $window::INTEGER
WHERE one.seq BETWEEN $first AND $last
GROUP BY one.article_id, one.seq, one.day
