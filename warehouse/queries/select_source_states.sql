-- What is remembered of every source ever tried: the last attempt, the last answer, failures in a row, what its
-- feed taught. A source that was never asked (the run was stopped, its host was pausing) counts as not tried.
WITH visit AS (
    SELECT f.*, p.* EXCLUDE (run_id, source_id, known_at), coalesce(p.moved_to, '') AS hop, f.status <> 'failed' AS succeeded,
        f.reason IS NULL OR f.reason NOT IN ('stopped', 'host_paused') AS asked
    FROM source_fetch AS f LEFT JOIN source_poll AS p USING (run_id, source_id)
    WHERE f.reason IS NULL OR f.reason <> 'stopped'),
past AS (
    SELECT source_id, max(known_at) FILTER (succeeded AND asked) AS at_run,
        max(started_at) FILTER (succeeded AND asked) AS last_success_at,
        max(known_at) FILTER (succeeded AND asked AND (fresh_n > 0 OR new_n > 0)) AS fresh_at,
        max(known_at) FILTER (succeeded AND asked AND http_status = 200) AS full_at,
        arg_max(newest, known_at) FILTER (succeeded AND asked AND newest IS NOT NULL) AS newest,
        arg_max(coalesce(probe AND fresh_n > 0, false), known_at) FILTER (succeeded AND asked AND http_status = 200) AS probe_helped,
        arg_max(hop, known_at) FILTER (succeeded AND asked) AS moving_to,
        arg_max(struct_pack(minutes := hint_minutes, hours := skip_hours, days := skip_days), known_at)
            FILTER (succeeded AND asked AND hint_minutes IS NOT NULL) AS hints,
        arg_max(struct_pack(started_at := started_at, next_due_at := next_due_at), known_at) AS visit,
        arg_max(struct_pack(etag := etag, last_modified := last_modified, validators_url := validators_url,
            body_hash := body_hash, reason := reason, learned_minutes := learned_minutes,
            configured_minutes := configured_minutes), known_at) FILTER (asked) AS answer
    FROM visit GROUP BY source_id),
-- Failures since the last success; and since when another way than the present redirect was last seen.
since AS (
    SELECT v.source_id, count(*) FILTER (NOT succeeded AND (at_run IS NULL OR v.known_at > at_run)) AS failures,
        sum(coalesce(v.weight, 1)) FILTER (NOT succeeded AND (at_run IS NULL OR v.known_at > at_run)) AS weight,
        max(v.known_at) FILTER (succeeded AND v.hop <> p.moving_to) AS other_way_at
    FROM visit AS v JOIN past AS p USING (source_id) WHERE asked GROUP BY v.source_id),
moving AS (
    SELECT v.source_id, min(v.known_at) AS since_at, count(*) AS hits
    FROM visit AS v JOIN past AS p USING (source_id) JOIN since AS s USING (source_id)
    WHERE asked AND succeeded AND p.moving_to <> '' AND v.hop = p.moving_to
        AND (s.other_way_at IS NULL OR v.known_at > s.other_way_at) GROUP BY v.source_id),
-- A run that died said nothing of its requests: they may have gone out a little after the places they were given.
last_attempt AS (
    SELECT a.source_id, max(a.attempted_at + if(f.run_id IS NULL, INTERVAL 1 MINUTE, INTERVAL 0 MINUTE)) AS last_attempt_at,
        arg_max(a.url, a.attempted_at) AS url
    FROM attempt AS a LEFT JOIN source_fetch AS f USING (run_id, source_id)
    WHERE f.reason IS NULL OR f.reason <> 'stopped'
    GROUP BY a.source_id),
move AS (
    SELECT source_id, arg_max(from_url, known_at) AS from_url, arg_max(to_url, known_at) AS to_url
    FROM source_move GROUP BY source_id),
-- Before its last complete answer: on how many of the days behind it did the source bring something?
rhythm AS (
    SELECT source_id, 2 * count(DISTINCT stamp::DATE) >= date_diff('day', min(stamp)::DATE, any_value(full_at)::DATE) + 1 AS daily
    FROM (SELECT e.source_id, least(coalesce(e.published_at, e.known_at), e.known_at) AS stamp, p.full_at
          FROM entry AS e JOIN past AS p USING (source_id)
          WHERE e.known_at <= p.full_at AND stamp > p.full_at - INTERVAL 14 DAY)
    GROUP BY source_id)
SELECT a.source_id, a.url, greatest(a.last_attempt_at, p.visit.started_at) AS last_attempt_at, p.last_success_at,
    p.visit.next_due_at AS next_due_at, coalesce(s.failures, 0) AS failures, coalesce(s.weight, 0) AS weight,
    coalesce(p.answer.etag, '') AS etag, coalesce(p.answer.last_modified, '') AS last_modified,
    coalesce(p.answer.validators_url, '') AS validators_url, coalesce(p.answer.body_hash, '') AS body_hash,
    coalesce(p.answer.reason = 'gone', false) AS gone, p.answer.learned_minutes AS learned_minutes,
    p.answer.configured_minutes AS configured_minutes,
    p.hints.minutes AS hint_minutes, coalesce(p.hints.hours, []) AS skip_hours, coalesce(p.hints.days, []) AS skip_days,
    coalesce(p.newest, []) AS newest, p.fresh_at, p.full_at, coalesce(p.probe_helped, false) AS probe_helped,
    coalesce(r.daily, false) AS daily, coalesce(m.from_url, '') AS moved_from, coalesce(m.to_url, '') AS moved_to,
    coalesce(p.moving_to, '') AS moving_to, g.since_at AS moving_since_at, coalesce(g.hits, 0) AS moving_hits
FROM last_attempt AS a
LEFT JOIN past AS p USING (source_id)
LEFT JOIN since AS s USING (source_id)
LEFT JOIN moving AS g USING (source_id)
LEFT JOIN move AS m USING (source_id)
LEFT JOIN rhythm AS r USING (source_id)
