-- Of pairs of articles, given as lists of one length, those that share so much that they may repeat each other: a share
-- of the smaller fingerprint, left out what their sources print on their pages around the day.
WITH pair AS (SELECT unnest($ones::BIGINT[]) AS article_id, unnest($others::BIGINT[]) AS other_id),
asked AS (
    SELECT article_id, source_id, value FROM fingerprint
    WHERE article_id IN (SELECT article_id FROM pair UNION ALL SELECT other_id FROM pair) AND params = $params
        AND day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER),
printed AS (
    SELECT source_id, value FROM fingerprint SEMI JOIN asked USING (value, source_id)
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params
    GROUP BY source_id, value HAVING count(*) > $furniture),
own AS (SELECT article_id, value FROM asked ANTI JOIN printed USING (source_id, value)),
size AS (SELECT article_id, count(*) AS n FROM own GROUP BY article_id),
shared AS (
    SELECT pair.article_id, pair.other_id, count(*) AS n
    FROM pair JOIN own AS one ON one.article_id = pair.article_id
    JOIN own AS other ON other.article_id = pair.other_id AND other.value = one.value
    GROUP BY pair.article_id, pair.other_id)
SELECT shared.article_id, shared.other_id
FROM shared JOIN size AS one ON one.article_id = shared.article_id JOIN size AS other ON other.article_id = shared.other_id
WHERE shared.n / least(one.n, other.n) >= $least
