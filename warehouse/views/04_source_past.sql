-- What is remembered of every source ever tried: the scheduler reads it before a run, source_health after it.
-- Plain columns of all visits, read in one pass each: years of them cost time in proportion, but no memory.

-- A source that was not asked (the run was stopped, its host wanted a pause) was not visited.
CREATE OR REPLACE MACRO was_asked(reason) AS (reason IS NULL OR reason NOT IN ('stopped', 'host_paused'));

-- The latest visit of each sort, by the instant of its run, which with the source is the key of source_fetch and
-- source_poll.
CREATE OR REPLACE MACRO source_latest_at(as_of) AS TABLE
    WITH fetched AS (
        SELECT source_id, max(known_at) AS turn_run_at, max(known_at) FILTER (asked) AS visit_run_at,
            max(known_at) FILTER (success) AS success_run_at, max(started_at) FILTER (success) AS last_success_at,
            min(known_at) FILTER (success) AS first_run_at, min(known_at) FILTER (status = 'ok') AS first_load_at,
            max(known_at) FILTER (success AND http_status = 200) AS full_run_at,
            max(known_at) FILTER (success AND new_n > 0) AS new_run_at,
            count(*) FILTER (asked) AS fetches, count(*) FILTER (asked AND NOT success) AS failed_fetches
        FROM (SELECT *, was_asked(reason) AS asked, status <> 'failed' AND was_asked(reason) AS success FROM source_fetch
              WHERE known_at <= as_of AND (reason IS NULL OR reason <> 'stopped'))
        GROUP BY source_id),
    polled AS (
        SELECT source_id, max(known_at) FILTER (fresh_n > 0) AS fresh_run_at, max(known_at) FILTER (gap) AS last_gap_at,
            max(known_at) FILTER (newest IS NOT NULL) AS document_run_at,
            max(known_at) FILTER (hint_minutes IS NOT NULL) AS hint_run_at
        FROM source_poll WHERE known_at <= as_of GROUP BY source_id)
    SELECT f.*, p.* EXCLUDE (source_id, fresh_run_at), greatest(f.new_run_at, p.fresh_run_at) AS brought_run_at
    FROM fetched AS f LEFT JOIN polled AS p USING (source_id);

-- When each source was last about to be asked, at which address, and whether that run died before it said how it went.
-- `claimed_at` counts a source whose host was pausing, too: its turn was taken.
CREATE OR REPLACE MACRO attempt_at(as_of) AS TABLE
    WITH latest AS (
        SELECT a.source_id, max(a.attempted_at) AS claimed_at, arg_max(a.url, a.attempted_at) AS url,
            max(a.attempted_at) FILTER (s.run_id IS NULL) AS attempted_at,
            arg_max(a.run_id, a.attempted_at) FILTER (s.run_id IS NULL) AS run_id
        FROM attempt AS a
        LEFT JOIN (SELECT run_id, source_id, reason FROM source_fetch
                   WHERE known_at <= as_of AND NOT was_asked(reason)) AS s USING (run_id, source_id)
        WHERE a.known_at <= as_of AND (s.reason IS NULL OR s.reason <> 'stopped') GROUP BY a.source_id)
    SELECT l.* EXCLUDE run_id, f.run_id IS NULL AND l.run_id IS NOT NULL AS died
    FROM latest AS l LEFT JOIN source_fetch AS f USING (run_id, source_id);

-- The permanent move that was confirmed last; an empty to_url takes it back.
CREATE OR REPLACE MACRO move_at(as_of) AS TABLE
    SELECT source_id, from_url, to_url FROM source_move WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1;

-- The latest visits by name, with failures in a row and the permanent redirect seen in the latest answers.
CREATE OR REPLACE MACRO source_past_at(as_of) AS TABLE
    WITH latest AS MATERIALIZED (SELECT * FROM source_latest_at(as_of)),
    failing AS (
        SELECT f.source_id, count(*) AS failures, sum(coalesce(p.weight, 1)) AS weight
        FROM latest AS l JOIN source_fetch AS f USING (source_id) LEFT JOIN source_poll AS p USING (run_id, source_id)
        WHERE f.known_at <= as_of AND f.status = 'failed' AND was_asked(f.reason)
            AND f.known_at > coalesce(l.success_run_at, '-infinity') GROUP BY f.source_id),
    redirected AS (
        SELECT l.source_id, p.moved_to FROM latest AS l
        JOIN source_poll AS p ON p.source_id = l.source_id AND p.known_at = l.success_run_at WHERE p.moved_to <> ''),
    way AS (
        SELECT f.source_id, any_value(r.moved_to) AS redirect_to,
            list(f.known_at) FILTER (coalesce(p.moved_to, '') = r.moved_to) AS stamps,
            max(f.known_at) FILTER (coalesce(p.moved_to, '') <> r.moved_to) AS other_at
        FROM redirected AS r JOIN source_fetch AS f USING (source_id) LEFT JOIN source_poll AS p USING (run_id, source_id)
        WHERE f.known_at <= as_of AND f.status <> 'failed' AND was_asked(f.reason) GROUP BY f.source_id),
    moving AS (
        SELECT source_id, redirect_to, len(row_at) AS redirect_hits, list_min(row_at) AS redirect_since_at
        FROM (SELECT *, list_filter(stamps, lambda stamp : stamp > coalesce(other_at, '-infinity')) AS row_at FROM way))
    SELECT l.*, coalesce(f.failures, 0) AS failures, coalesce(f.weight, 0) AS weighted_failures,
        m.redirect_to, m.redirect_hits, m.redirect_since_at
    FROM latest AS l LEFT JOIN failing AS f USING (source_id) LEFT JOIN moving AS m USING (source_id);
