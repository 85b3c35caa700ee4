-- Sources whose trouble became certain in the last run: they failed for the nth time in a row, went silent, or left a gap.
WITH edge AS (SELECT max(started_at) AS last_at FROM run)
SELECT h.* FROM source_health AS h CROSS JOIN edge
WHERE h.enabled AND h.last_run_at = edge.last_at
    AND (h.failures = $failures OR (h.health = 'gone' AND h.failures = 1)
        OR (h.health = 'silent' AND h.silent_at = edge.last_at) OR (h.health = 'gap' AND h.last_gap_at = edge.last_at))
ORDER BY h.source_id
