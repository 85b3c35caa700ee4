-- Values of these articles that their source prints on its pages, with the number from which on that was known.
WITH asked AS (
    SELECT DISTINCT source_id, value FROM fingerprint
    WHERE article_id IN (SELECT unnest($ids::BIGINT[])) AND day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params),
near AS (
    SELECT source_id, value, seq FROM fingerprint SEMI JOIN asked USING (source_id, value)
    WHERE day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER AND params = $params),
frequent AS (SELECT source_id, value FROM near GROUP BY source_id, value HAVING count(*) > $furniture)
SELECT source_id, value, min(seq, $furniture + 1)[$furniture + 1] AS from_seq
FROM near SEMI JOIN frequent USING (source_id, value) GROUP BY source_id, value
