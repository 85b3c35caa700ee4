SELECT r.run_id, r.command, r.started_at, e.finished_at, e.exit_code, e.sources_ok, e.sources_tried, e.new_articles,
    coalesce(e.failed_checks, []) AS failed_checks
FROM run AS r LEFT JOIN run_end AS e USING (run_id) ORDER BY r.started_at DESC LIMIT 1
