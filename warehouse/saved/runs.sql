-- The last 50 runs
FROM run_log ORDER BY started_at DESC LIMIT 50
