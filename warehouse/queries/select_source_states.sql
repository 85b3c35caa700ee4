-- What the scheduler remembers of every source ever tried: the last attempt, the last answer, failures in a row, what
-- its feed taught.
WITH past AS MATERIALIZED (SELECT * FROM source_past_at('infinity'::TIMESTAMPTZ)),
-- Each table is looked up once, by keys, and by an inner join: for an outer one the database would hold every visit
-- there ever was, and it plans many joins for longer than it runs them.
answer AS (
    SELECT source_id, max(f.started_at) FILTER (f.known_at = p.turn_run_at) AS started_at,
        max(f.next_due_at) FILTER (f.known_at = p.turn_run_at) AS next_due_at,
        any_value(struct_pack(etag := f.etag, last_modified := f.last_modified, url := f.validators_url, hash := f.body_hash,
            gone := f.reason = 'gone')) FILTER (f.known_at = p.visit_run_at) AS last
    FROM (SELECT *, unnest(list_distinct([turn_run_at, visit_run_at])) AS known_at FROM past) AS p
    JOIN source_fetch AS f USING (source_id, known_at) GROUP BY source_id),
taught AS (
    SELECT source_id, any_value(f.learned_minutes) FILTER (f.known_at = p.visit_run_at) AS learned_minutes,
        any_value(f.configured_minutes) FILTER (f.known_at = p.visit_run_at) AS configured_minutes,
        any_value(f.newest) FILTER (f.known_at = p.document_run_at) AS newest,
        any_value(struct_pack(minutes := f.hint_minutes, hours := f.skip_hours, days := f.skip_days))
            FILTER (f.known_at = p.hint_run_at) AS hints,
        any_value(f.probe AND f.fresh_n > 0) FILTER (f.known_at = p.full_run_at) AS probe_helped
    FROM (SELECT *, unnest(list_distinct([visit_run_at, document_run_at, hint_run_at, full_run_at])) AS known_at FROM past) AS p
    JOIN source_poll AS f USING (source_id, known_at) GROUP BY source_id),
-- Before its last complete answer: on how many of the days behind it did the source bring something?
rhythm AS (
    SELECT source_id, 2 * count(DISTINCT stamp::DATE) >= date_diff('day', min(stamp)::DATE, any_value(full_run_at)::DATE) + 1 AS daily
    FROM (SELECT e.source_id, least(coalesce(e.published_at, e.known_at), e.known_at) AS stamp, p.full_run_at
          FROM entry AS e JOIN past AS p USING (source_id)
          WHERE e.known_at <= p.full_run_at AND stamp > p.full_run_at - INTERVAL 14 DAY)
    GROUP BY source_id)
SELECT a.source_id, a.url,
    -- A run that died said nothing of its requests: they may have gone out a little after the places they were given.
    greatest(a.claimed_at, a.attempted_at + if(a.died, INTERVAL 1 MINUTE, INTERVAL 0 MINUTE), n.started_at) AS last_attempt_at,
    p.last_success_at, n.next_due_at, coalesce(p.failures, 0) AS failures, coalesce(p.weighted_failures, 0) AS weight,
    coalesce(n.last.etag, '') AS etag, coalesce(n.last.last_modified, '') AS last_modified,
    coalesce(n.last.url, '') AS validators_url, coalesce(n.last.hash, '') AS body_hash,
    coalesce(n.last.gone, false) AS gone, t.learned_minutes, t.configured_minutes,
    t.hints.minutes AS hint_minutes, coalesce(t.hints.hours, []) AS skip_hours, coalesce(t.hints.days, []) AS skip_days,
    coalesce(t.newest, []) AS newest, p.brought_run_at AS fresh_at, p.full_run_at AS full_at,
    coalesce(t.probe_helped, false) AS probe_helped, coalesce(r.daily, false) AS daily,
    coalesce(m.from_url, '') AS moved_from, coalesce(m.to_url, '') AS moved_to, coalesce(p.redirect_to, '') AS moving_to,
    p.redirect_since_at AS moving_since_at, coalesce(p.redirect_hits, 0) AS moving_hits
FROM attempt_at('infinity'::TIMESTAMPTZ) AS a
LEFT JOIN past AS p USING (source_id)
LEFT JOIN answer AS n USING (source_id) LEFT JOIN taught AS t USING (source_id)
LEFT JOIN rhythm AS r USING (source_id)
LEFT JOIN move_at('infinity'::TIMESTAMPTZ) AS m USING (source_id)
