-- Articles taken in before that stand under the canonical address of one of the day $day from number $first on.
WITH near AS (
    SELECT p.article_id, p.seq, p.day, a.canonical_url FROM placed AS p JOIN article AS a USING (article_id)
    WHERE p.day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND a.canonical_url <> '')
SELECT one.article_id, arg_min(other.article_id, other.seq) AS other_id
FROM near AS one JOIN near AS other ON other.canonical_url = one.canonical_url AND other.seq < one.seq
WHERE one.seq >= $first AND one.day = $day::DATE
GROUP BY one.article_id, one.seq
