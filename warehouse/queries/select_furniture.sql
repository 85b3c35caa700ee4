-- Values of these articles that their sources print on their pages around the day.
WITH asked AS (
    SELECT DISTINCT source_id, value FROM fingerprint
    WHERE article_id IN (SELECT unnest($ids::BIGINT[])) AND params = $params
        AND day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER)
SELECT source_id, list(value) AS values FROM (
    SELECT source_id, value FROM fingerprint SEMI JOIN asked USING (value, source_id)
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params
    GROUP BY source_id, value HAVING count(*) > $furniture)
GROUP BY source_id
