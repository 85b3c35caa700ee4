-- What the scheduler remembers of every source ever tried: the last attempt, the last answer, failures in a row, what
-- its feed taught.
WITH past AS MATERIALIZED (SELECT * FROM source_past_at('infinity'::TIMESTAMPTZ)),
-- Looked up by inner joins: for an outer one the database would hold every visit there ever was.
turn AS (
    SELECT f.source_id, f.started_at, f.next_due_at
    FROM past AS p JOIN source_fetch AS f ON f.source_id = p.source_id AND f.known_at = p.turn_run_at),
answer AS (
    SELECT f.source_id, f.etag, f.last_modified, f.validators_url, f.body_hash, f.reason
    FROM past AS p JOIN source_fetch AS f ON f.source_id = p.source_id AND f.known_at = p.visit_run_at),
taught AS (
    SELECT f.source_id, f.learned_minutes, f.configured_minutes
    FROM past AS p JOIN source_poll AS f ON f.source_id = p.source_id AND f.known_at = p.visit_run_at),
document AS (
    SELECT f.source_id, f.newest
    FROM past AS p JOIN source_poll AS f ON f.source_id = p.source_id AND f.known_at = p.document_run_at),
hints AS (
    SELECT f.source_id, f.hint_minutes, f.skip_hours, f.skip_days
    FROM past AS p JOIN source_poll AS f ON f.source_id = p.source_id AND f.known_at = p.hint_run_at),
whole AS (
    SELECT f.source_id, f.probe AND f.fresh_n > 0 AS probe_helped
    FROM past AS p JOIN source_poll AS f ON f.source_id = p.source_id AND f.known_at = p.full_run_at),
-- Before its last complete answer: on how many of the days behind it did the source bring something?
rhythm AS (
    SELECT source_id, 2 * count(DISTINCT stamp::DATE) >= date_diff('day', min(stamp)::DATE, any_value(full_run_at)::DATE) + 1 AS daily
    FROM (SELECT e.source_id, least(coalesce(e.published_at, e.known_at), e.known_at) AS stamp, p.full_run_at
          FROM entry AS e JOIN past AS p USING (source_id)
          WHERE e.known_at <= p.full_run_at AND stamp > p.full_run_at - INTERVAL 14 DAY)
    GROUP BY source_id)
SELECT a.source_id, a.url,
    -- A run that died said nothing of its requests: they may have gone out a little after the places they were given.
    greatest(a.claimed_at, a.attempted_at + if(a.died, INTERVAL 1 MINUTE, INTERVAL 0 MINUTE), turn.started_at) AS last_attempt_at,
    p.last_success_at, turn.next_due_at, coalesce(p.failures, 0) AS failures, coalesce(p.weighted_failures, 0) AS weight,
    coalesce(answer.etag, '') AS etag, coalesce(answer.last_modified, '') AS last_modified,
    coalesce(answer.validators_url, '') AS validators_url, coalesce(answer.body_hash, '') AS body_hash,
    coalesce(answer.reason = 'gone', false) AS gone, taught.learned_minutes, taught.configured_minutes,
    hints.hint_minutes, coalesce(hints.skip_hours, []) AS skip_hours, coalesce(hints.skip_days, []) AS skip_days,
    coalesce(document.newest, []) AS newest, p.brought_run_at AS fresh_at, p.full_run_at AS full_at,
    coalesce(whole.probe_helped, false) AS probe_helped, coalesce(r.daily, false) AS daily,
    coalesce(m.from_url, '') AS moved_from, coalesce(m.to_url, '') AS moved_to, coalesce(p.redirect_to, '') AS moving_to,
    p.redirect_since_at AS moving_since_at, coalesce(p.redirect_hits, 0) AS moving_hits
FROM attempt_at('infinity'::TIMESTAMPTZ) AS a
LEFT JOIN past AS p USING (source_id)
LEFT JOIN turn USING (source_id) LEFT JOIN answer USING (source_id)
LEFT JOIN taught USING (source_id) LEFT JOIN document USING (source_id)
LEFT JOIN hints USING (source_id) LEFT JOIN whole USING (source_id)
LEFT JOIN rhythm AS r USING (source_id)
LEFT JOIN move_at('infinity'::TIMESTAMPTZ) AS m USING (source_id)
