-- Articles taken in before that stand under the canonical address of one from number $first on.
WITH near AS (
    SELECT p.article_id, p.seq, a.canonical_url FROM placed AS p JOIN article AS a USING (article_id)
    WHERE p.day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND a.canonical_url <> '')
SELECT one.article_id, min(other.article_id) AS other_id
FROM near AS one JOIN near AS other ON other.canonical_url = one.canonical_url AND other.seq < one.seq
WHERE one.seq >= $first
GROUP BY one.article_id, one.seq
