SELECT min(started_at) AS started_at FROM run
