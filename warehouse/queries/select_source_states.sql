-- What is remembered of every source ever tried: the last attempt, the last answer, failures in a row.
-- A source that was never asked (the run was stopped, its host was pausing) counts as not tried.
WITH answer AS (SELECT * FROM source_fetch WHERE reason IS NULL OR reason NOT IN ('stopped', 'host_paused')),
last_attempt AS (
    SELECT source_id, max(attempted_at) AS last_attempt_at, arg_max(url, attempted_at) AS url
    FROM attempt ANTI JOIN (SELECT run_id, source_id FROM source_fetch WHERE reason = 'stopped') AS untried
        USING (run_id, source_id)
    GROUP BY source_id),
last_answer AS (SELECT * FROM answer QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
last_fetch AS (
    SELECT * FROM source_fetch WHERE reason IS NULL OR reason <> 'stopped'
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
last_success AS (
    SELECT source_id, max(known_at) AS at_run, max(started_at) AS last_success_at
    FROM answer WHERE status <> 'failed' GROUP BY source_id),
failing AS (
    SELECT f.source_id, count(*) AS failures
    FROM answer AS f LEFT JOIN last_success AS s USING (source_id)
    WHERE f.status = 'failed' AND (s.at_run IS NULL OR f.known_at > s.at_run) GROUP BY f.source_id)
SELECT a.source_id, a.url, a.last_attempt_at, s.last_success_at, n.next_due_at, coalesce(b.failures, 0) AS failures,
    coalesce(f.etag, '') AS etag, coalesce(f.last_modified, '') AS last_modified,
    coalesce(f.validators_url, '') AS validators_url, coalesce(f.body_hash, '') AS body_hash,
    coalesce(f.reason = 'gone', false) AS gone
FROM last_attempt AS a
LEFT JOIN last_answer AS f USING (source_id)
LEFT JOIN last_fetch AS n USING (source_id)
LEFT JOIN last_success AS s USING (source_id)
LEFT JOIN failing AS b USING (source_id)
