SELECT max(e.finished_at) AS finished_at FROM run_end AS e JOIN run AS r USING (run_id)
WHERE e.exit_code = 0 AND r.command = 'run'
