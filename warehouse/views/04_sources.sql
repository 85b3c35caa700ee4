-- How the sources fare. `FROM source_health_at(instant)` is the state at any past instant.

CREATE OR REPLACE MACRO source_health_at(as_of) AS TABLE
    WITH past AS MATERIALIZED (SELECT * FROM source_past_at(as_of)),
    last_visit AS (
        SELECT f.source_id, f.known_at, f.started_at, f.status, f.reason, f.detail, f.warning
        FROM past AS p JOIN source_fetch AS f ON f.source_id = p.source_id AND f.known_at = p.visit_run_at),
    taught AS (
        SELECT f.source_id, f.learned_minutes
        FROM past AS p JOIN source_poll AS f ON f.source_id = p.source_id AND f.known_at = p.visit_run_at),
    -- Of the last run that would have asked it: when it may be asked again, and whether its host wants to be left alone.
    turn AS (
        SELECT f.source_id, f.next_due_at,
            CASE WHEN f.reason = 'host_paused' AND f.next_due_at > as_of THEN f.detail END AS pause
        FROM past AS p JOIN source_fetch AS f ON f.source_id = p.source_id AND f.known_at = p.turn_run_at),
    whole AS (
        SELECT f.source_id, f.etag = '' AND f.last_modified = '' AS unconditional
        FROM past AS p JOIN source_fetch AS f ON f.source_id = p.source_id AND f.known_at = p.full_run_at),
    -- An attempt without a visit: its run was cut off.
    cut_off AS (SELECT source_id, attempted_at FROM attempt_at(as_of) WHERE died),
    -- Entries turned away as not about Peru are signs of life too.
    life AS (SELECT source_id, max(known_at) AS last_entry_at FROM entry WHERE known_at <= as_of GROUP BY source_id),
    forbidden AS (
        SELECT DISTINCT unnest(forbids) AS source_id
        FROM (SELECT * FROM robots WHERE known_at <= as_of QUALIFY row_number() OVER (PARTITION BY host ORDER BY fetched_at DESC) = 1)),
    alarm AS (
        SELECT s.source_id, list_filter([
            CASE WHEN v.reason IN ('http_auth', 'challenge', 'robots') THEN 'blocked' END,
            CASE WHEN q.source_id IS NOT NULL THEN 'silent' END,
            CASE WHEN z.source_id IS NOT NULL THEN 'date_frozen' END,
            CASE WHEN t.source_id IS NOT NULL THEN 'wrong_zone' END,
            CASE WHEN k.source_id IS NOT NULL THEN 'shrinking' END,
            CASE WHEN p.last_gap_at > as_of - INTERVAL 3 DAY THEN 'gap' END], lambda name : name IS NOT NULL) AS alarms,
            q.silent_at, q.usual_a_day, z.newest_at, t.lag_minutes, k.week_n, k.usual_n
        FROM source_at(as_of) AS s
        LEFT JOIN last_visit AS v USING (source_id) LEFT JOIN past AS p USING (source_id)
        LEFT JOIN silence_at(as_of) AS q USING (source_id) LEFT JOIN frozen_at(as_of) AS z USING (source_id)
        LEFT JOIN zone_at(as_of) AS t USING (source_id) LEFT JOIN shrinking_at(as_of) AS k USING (source_id)),
    state AS (
        SELECT s.source_id, s.outlet, s.enabled,
            CASE WHEN v.source_id IS NULL THEN 'new'
                WHEN v.reason = 'gone' THEN 'gone'
                WHEN v.status = 'failed' AND NOT list_contains(q.alarms, 'blocked') THEN 'failing'
                ELSE coalesce(q.alarms[1], 'ok') END AS health,
            q.* EXCLUDE (source_id), coalesce(p.failures, 0) AS failures, v.reason, v.detail AS failure, v.known_at AS last_run_at,
            greatest(v.started_at, w.attempted_at) AS last_attempt_at,
            p.last_success_at, greatest(l.last_entry_at, p.brought_run_at) AS last_new_at, p.fetches, p.failed_fetches,
            greatest(n.next_due_at, w.attempted_at + coalesce(t.learned_minutes, s.interval_minutes) * INTERVAL 1 MINUTE)
                AS next_due_at,
            coalesce(p.weighted_failures, 0) AS weighted_failures, p.last_gap_at,
            coalesce(nullif(m.to_url, ''), s.url) AS address, p.redirect_to, p.redirect_hits,
            p.redirect_since_at, coalesce(t.learned_minutes, s.interval_minutes) AS interval_minutes,
            list_filter([
                n.pause,
                CASE WHEN m.to_url <> '' AND m.from_url = s.url THEN 'moved for good to ' || m.to_url END,
                CASE WHEN p.redirect_to IS NOT NULL AND p.redirect_to IS DISTINCT FROM m.to_url
                    THEN 'permanent redirect to ' || p.redirect_to || ', seen ' || p.redirect_hits || ' times, waits for confirmation' END,
                CASE WHEN u.unconditional AND NOT coalesce(s.interval_set, false)
                    THEN 'sends neither ETag nor Last-Modified: asked every 6 hours at most, unless an interval is configured' END,
                CASE WHEN t.learned_minutes <> s.interval_minutes
                    THEN 'asked every ' || t.learned_minutes || ' minutes, as learned from its feed' END,
                CASE WHEN r.source_id IS NOT NULL AND coalesce(s.robots, 'named') = 'named' AND s.kind IN ('feed', 'jsonfeed', 'gdelt')
                    THEN 'robots.txt forbids this address to every client; configure robots = "all" to obey that' END,
                CASE WHEN s.robots = 'all' THEN 'configured to obey every group of robots.txt' END,
                CASE WHEN NOT coalesce(s.verify_tls, true) THEN 'TLS certificate not verified (configured)' END,
                v.warning], lambda remark : remark IS NOT NULL) AS remarks
        FROM source_at(as_of) AS s
        LEFT JOIN past AS p USING (source_id) LEFT JOIN last_visit AS v USING (source_id)
        LEFT JOIN taught AS t USING (source_id) LEFT JOIN turn AS n USING (source_id)
        LEFT JOIN whole AS u USING (source_id) LEFT JOIN cut_off AS w USING (source_id)
        LEFT JOIN life AS l USING (source_id) LEFT JOIN alarm AS q USING (source_id)
        LEFT JOIN move_at(as_of) AS m USING (source_id) LEFT JOIN forbidden AS r USING (source_id))
    SELECT source_id, outlet, enabled, health, alarms, failures, reason,
        CASE health
            WHEN 'silent' THEN coalesce('nothing new since ' || strftime(last_new_at AT TIME ZONE 'America/Lima', '%Y-%m-%d'), 'nothing new ever')
                || coalesce('; usual: ' || CASE WHEN usual_a_day >= 1 THEN round(usual_a_day)::INTEGER || ' a day'
                    ELSE greatest(1, round(usual_a_day * 30))::INTEGER || ' a month' END, '')
            WHEN 'date_frozen' THEN 'new entries keep coming, but none is dated after ' || strftime(newest_at, '%Y-%m-%d')
            WHEN 'wrong_zone' THEN 'its dates are about 5 hours ' || if(lag_minutes > 0, 'ahead', 'behind') || ': wrong time zone'
            WHEN 'shrinking' THEN week_n || ' entries in seven days; ' || round(usual_n)::INTEGER || ' are usual'
            WHEN 'gap' THEN 'nothing in common with the visit before: entries may have been missed'
            ELSE failure END AS detail,
        last_attempt_at, last_run_at, last_success_at, last_new_at, fetches, failed_fetches, next_due_at, weighted_failures, silent_at,
        last_gap_at, address, redirect_to, redirect_hits, redirect_since_at, interval_minutes, remarks
    FROM state;

CREATE OR REPLACE VIEW source_health AS
    SELECT * FROM source_health_at((SELECT max(started_at) FROM run));
COMMENT ON VIEW source_health IS 'State of every source, one row each, as of the last run; each is judged by its own history, so that a source of three entries a month is silent after other times than one of three an hour. The past: FROM source_health_at(instant).';
COMMENT ON COLUMN source_health.source_id IS 'The source.';
COMMENT ON COLUMN source_health.outlet IS 'The outlet a reader knows.';
COMMENT ON COLUMN source_health.enabled IS 'False: kept in the list, but not asked.';
COMMENT ON COLUMN source_health.health IS 'In one word: new (never asked), ok, gone (410: not asked again), failing, or the first of the alarms.';
COMMENT ON COLUMN source_health.alarms IS 'All that hold at once: blocked (refuses us), silent (answers, but brings nothing although its rhythm of the last eight weeks says it should), date_frozen (new entries of four months carry no new dates), wrong_zone (dates about five hours off over sixty days), shrinking (less than half of what the last eight weeks had), gap (within three days a document shared nothing with the one before: entries may have been missed).';
COMMENT ON COLUMN source_health.failures IS 'Failed visits in a row since the last success.';
COMMENT ON COLUMN source_health.reason IS 'Why the last visit failed: one word of the fixed vocabulary; NULL when it succeeded.';
COMMENT ON COLUMN source_health.detail IS 'The health as a sentence, with its figures; NULL when it is ok.';
COMMENT ON COLUMN source_health.last_attempt_at IS 'Start of the last request (UTC), also of one whose run was cut off before it told.';
COMMENT ON COLUMN source_health.last_run_at IS 'Instant of the last run that asked it.';
COMMENT ON COLUMN source_health.last_success_at IS 'Start of the last request that was answered with a readable document or "unchanged" (UTC).';
COMMENT ON COLUMN source_health.last_new_at IS 'Last run to which it brought an entry it had not shown before, about Peru or not.';
COMMENT ON COLUMN source_health.fetches IS 'Visits so far.';
COMMENT ON COLUMN source_health.failed_fetches IS 'Those of them that failed.';
COMMENT ON COLUMN source_health.next_due_at IS 'Not to be asked again before (UTC): interval, back-off, and what the server asked for.';
COMMENT ON COLUMN source_health.weighted_failures IS 'The failures in a row as they count towards back-off: 1 each, soft ones 0.5, name look-ups 0.25.';
COMMENT ON COLUMN source_health.silent_at IS 'First run at which its silence was certain; NULL when it is not silent.';
COMMENT ON COLUMN source_health.last_gap_at IS 'Last run that found a document sharing nothing with the one before.';
COMMENT ON COLUMN source_health.address IS 'Where it is asked: the configured address, or where it has moved for good.';
COMMENT ON COLUMN source_health.redirect_to IS 'Permanent redirect in the latest answers that waits for confirmation: four answers in a row over three days.';
COMMENT ON COLUMN source_health.redirect_hits IS 'Answers in a row that came by it.';
COMMENT ON COLUMN source_health.redirect_since_at IS 'Run of the first of them.';
COMMENT ON COLUMN source_health.interval_minutes IS 'Shortest time between two visits in force: as configured, or as learned from the feed.';
COMMENT ON COLUMN source_health.remarks IS 'What else is worth knowing: a pause of its host, moves, redirects, intervals, robots.txt, warnings of the parser.';
