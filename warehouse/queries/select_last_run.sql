SELECT run_id, started_at, rules_version FROM run WHERE known_at <= $as_of ORDER BY known_at DESC LIMIT 1
