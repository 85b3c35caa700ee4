-- Sources whose trouble became certain in the last run: they failed for the nth time in a row, or went silent.
WITH last_two AS (SELECT started_at FROM run ORDER BY started_at DESC LIMIT 2),
edge AS (SELECT max(started_at) AS last_at, min(started_at) AS before_at FROM last_two)
SELECT h.* FROM source_health AS h CROSS JOIN edge
WHERE h.enabled AND h.last_attempt_at = edge.last_at
    AND (h.failures = $failures OR (h.health = 'gone' AND h.failures = 1)
        OR (h.health = 'silent' AND edge.before_at - h.last_new_at <= INTERVAL 7 DAY))
ORDER BY h.source_id
