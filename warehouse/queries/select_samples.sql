-- Fingerprints of these articles, where they were made for the days around $day.
SELECT article_id, source_id, list(value) AS values FROM fingerprint
WHERE article_id IN (SELECT unnest($ids::BIGINT[])) AND params = $params
    AND day BETWEEN $day::DATE - $window::INTEGER AND $day::DATE + $window::INTEGER
GROUP BY article_id, source_id
