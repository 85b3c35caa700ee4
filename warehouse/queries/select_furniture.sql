-- Values of these articles that their sources print on their pages around the day.
WITH near AS (
    SELECT source_id, value, article_id IN (SELECT unnest($ids::BIGINT[])) AS asked FROM fingerprint
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params
        AND source_id IN (SELECT source_id FROM placed WHERE article_id IN (SELECT unnest($ids::BIGINT[]))))
SELECT source_id, list(value) AS values FROM (
    SELECT source_id, value FROM near GROUP BY source_id, value HAVING count(*) > $furniture AND bool_or(asked))
GROUP BY source_id
