-- What is remembered of every source ever tried: the last attempt, the last answer, failures in a row, what its
-- feed taught. A source that was never asked (the run was stopped, its host was pausing) counts as not tried.
WITH visit AS (SELECT f.*, p.* EXCLUDE (run_id, source_id, known_at)
    FROM source_fetch AS f LEFT JOIN source_poll AS p USING (run_id, source_id)),
answer AS (SELECT * FROM visit WHERE reason IS NULL OR reason NOT IN ('stopped', 'host_paused')),
-- A run that died said nothing of its requests: they may have gone out a little after the places they were given.
last_attempt AS (
    SELECT a.source_id, max(a.attempted_at + if(f.run_id IS NULL, INTERVAL 1 MINUTE, INTERVAL 0 MINUTE)) AS last_attempt_at,
        arg_max(a.url, a.attempted_at) AS url
    FROM attempt AS a LEFT JOIN source_fetch AS f USING (run_id, source_id)
    WHERE f.reason IS NULL OR f.reason <> 'stopped'
    GROUP BY a.source_id),
last_answer AS (SELECT * FROM answer QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
last_fetch AS (
    SELECT * FROM source_fetch WHERE reason IS NULL OR reason <> 'stopped'
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
success AS (SELECT *, coalesce(moved_to, '') AS hop FROM answer WHERE status <> 'failed'),
last_success AS (
    SELECT source_id, max(known_at) AS at_run, max(started_at) AS last_success_at,
        max(known_at) FILTER (fresh_n > 0 OR new_n > 0) AS fresh_at, max(known_at) FILTER (http_status = 200) AS full_at,
        arg_max(newest, known_at) FILTER (newest IS NOT NULL) AS newest,
        arg_max(coalesce(probe AND fresh_n > 0, false), known_at) FILTER (http_status = 200) AS probe_helped,
        arg_max(hop, known_at) AS moving_to,
        arg_max({'minutes': hint_minutes, 'hours': skip_hours, 'days': skip_days}, known_at)
            FILTER (hint_minutes IS NOT NULL) AS hints
    FROM success GROUP BY source_id),
failing AS (
    SELECT f.source_id, count(*) AS failures, sum(coalesce(f.weight, 1)) AS weight
    FROM answer AS f LEFT JOIN last_success AS s USING (source_id)
    WHERE f.status = 'failed' AND (s.at_run IS NULL OR f.known_at > s.at_run) GROUP BY f.source_id),
-- The same permanent redirect, in how many answers in a row?
other_way AS (
    SELECT s.source_id, max(s.known_at) AS at FROM success AS s JOIN last_success AS l USING (source_id)
    WHERE s.hop <> l.moving_to GROUP BY s.source_id),
moving AS (
    SELECT s.source_id, min(s.known_at) AS since_at, count(*) AS hits
    FROM success AS s JOIN last_success AS l USING (source_id) LEFT JOIN other_way AS o USING (source_id)
    WHERE l.moving_to <> '' AND s.hop = l.moving_to AND (o.at IS NULL OR s.known_at > o.at) GROUP BY s.source_id),
move AS (SELECT * FROM source_move QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
-- Before its last complete answer: on how many of the days behind it did the source bring something?
dated AS (
    SELECT e.source_id, least(coalesce(e.published_at, e.known_at), e.known_at) AS stamp, s.full_at
    FROM entry AS e JOIN last_success AS s USING (source_id)
    WHERE e.known_at <= s.full_at AND stamp > s.full_at - INTERVAL 14 DAY),
rhythm AS (
    SELECT source_id, 2 * count(DISTINCT stamp::DATE) >= date_diff('day', min(stamp)::DATE, any_value(full_at)::DATE) + 1 AS daily
    FROM dated GROUP BY source_id)
SELECT a.source_id, a.url, greatest(a.last_attempt_at, n.started_at) AS last_attempt_at, s.last_success_at, n.next_due_at,
    coalesce(b.failures, 0) AS failures, coalesce(b.weight, 0) AS weight,
    coalesce(f.etag, '') AS etag, coalesce(f.last_modified, '') AS last_modified,
    coalesce(f.validators_url, '') AS validators_url, coalesce(f.body_hash, '') AS body_hash,
    coalesce(f.reason = 'gone', false) AS gone, f.learned_minutes, f.configured_minutes,
    s.hints.minutes AS hint_minutes, coalesce(s.hints.hours, []) AS skip_hours, coalesce(s.hints.days, []) AS skip_days,
    coalesce(s.newest, []) AS newest, s.fresh_at, s.full_at, coalesce(s.probe_helped, false) AS probe_helped,
    coalesce(r.daily, false) AS daily, coalesce(m.from_url, '') AS moved_from, coalesce(m.to_url, '') AS moved_to,
    coalesce(s.moving_to, '') AS moving_to, g.since_at AS moving_since_at, coalesce(g.hits, 0) AS moving_hits
FROM last_attempt AS a
LEFT JOIN last_answer AS f USING (source_id)
LEFT JOIN last_fetch AS n USING (source_id)
LEFT JOIN last_success AS s USING (source_id)
LEFT JOIN failing AS b USING (source_id)
LEFT JOIN moving AS g USING (source_id)
LEFT JOIN move AS m USING (source_id)
LEFT JOIN rhythm AS r USING (source_id)
