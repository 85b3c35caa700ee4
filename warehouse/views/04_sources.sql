-- How the sources fare, each by its own history: a source of three entries a month is silent after other times than
-- one of three an hour. `FROM source_health_at(instant)` is the state at any past instant.

-- Visits with what they taught; known_at is the run's instant. A source that was not asked (the run was stopped, its
-- host wanted a pause) was not visited.
CREATE OR REPLACE MACRO visit_at(as_of) AS TABLE
    SELECT f.source_id, f.known_at, f.started_at, f.status, f.http_status, f.reason, f.detail, f.warning, f.etag,
        f.last_modified, f.next_due_at, f.new_n, p.run_id IS NOT NULL AS taught, p.fresh_n, coalesce(p.gap, false) AS gap,
        coalesce(p.weight, 1) AS weight, p.lag_minutes, coalesce(p.moved_to, '') AS moved_to, p.learned_minutes,
        p.configured_minutes, coalesce(p.fresh_n, 0) > 0 OR f.new_n > 0 AS brought,
        f.known_at = l.first_at AS first_load
    FROM source_fetch AS f LEFT JOIN source_poll AS p USING (run_id, source_id)
    LEFT JOIN (SELECT source_id, min(known_at) AS first_at FROM source_fetch WHERE status = 'ok' GROUP BY source_id) AS l
        USING (source_id)
    WHERE f.known_at <= as_of AND (f.reason IS NULL OR f.reason NOT IN ('stopped', 'host_paused'));

-- Signs of life by the hour: visits that brought something; for the first of all, the publication of what it found.
CREATE OR REPLACE MACRO sign_at(as_of) AS TABLE
    SELECT DISTINCT source_id, date_trunc('hour', stamp) AS stamp
    FROM (SELECT source_id, known_at AS stamp FROM visit_at(as_of)
          WHERE known_at > as_of - INTERVAL 120 DAY AND brought AND status <> 'failed' AND NOT coalesce(first_load, false)
          UNION ALL
          SELECT v.source_id, least(e.published_at, v.known_at)
          FROM visit_at(as_of) AS v JOIN entry AS e ON e.source_id = v.source_id AND e.known_at = v.known_at
          WHERE v.known_at > as_of - INTERVAL 120 DAY AND v.first_load AND e.published_at > v.known_at - INTERVAL 56 DAY);

-- Days since a Monday in 1970, in which each weekday counts as much as the source is wont to bring on it.
CREATE OR REPLACE MACRO rhythm_day(instant, weights) AS (
    list_sum(weights) * date_diff('week', DATE '1970-01-05', (instant AT TIME ZONE 'America/Lima')::DATE)
    + coalesce(list_sum(weights[1:isodow(instant AT TIME ZONE 'America/Lima') - 1]), 0)
    + weights[isodow(instant AT TIME ZONE 'America/Lima')]
        * date_part('epoch', (instant AT TIME ZONE 'America/Lima')::TIME) / 86400.0);

-- Rate (hours with news per day, read off the share of hours without), weekly rhythm and longest pause of each source
-- over the eight weeks before its last sign of life. `longest` is in expected signs.
CREATE OR REPLACE MACRO rhythm_at(as_of) AS TABLE
    WITH sign AS (SELECT * FROM sign_at(as_of)
        QUALIFY stamp > max(stamp) OVER (PARTITION BY source_id) - INTERVAL 56 DAY),
    span AS (
        SELECT source_id, max(stamp) AS last_at, count(*) AS signs,
            greatest(1, date_diff('hour', min(stamp), max(stamp))) / 24.0 AS days
        FROM sign GROUP BY source_id HAVING count(*) >= 3),
    weekday AS (
        SELECT s.source_id, d.day, any_value(s.signs / s.days) AS mean,
            count(g.stamp) AS n, any_value(greatest(s.days / 7.0, 0.1)) AS weeks
        FROM span AS s CROSS JOIN range(1, 8) AS d(day)
        LEFT JOIN sign AS g ON g.source_id = s.source_id AND isodow(g.stamp AT TIME ZONE 'America/Lima') = d.day
        GROUP BY s.source_id, d.day),
    -- Drawn towards an even week by what three signs would say.
    rhythm AS (
        SELECT source_id, list(((n + 3) / (weeks + 3 / mean)) / mean ORDER BY day) AS weights FROM weekday GROUP BY source_id),
    rate AS (
        SELECT s.source_id, s.last_at, s.signs, s.days, r.weights,
            -24.0 * ln(1 - least(0.9, (s.signs - 1) / (24.0 * s.days))) AS rate
        FROM span AS s JOIN rhythm AS r USING (source_id)),
    pause AS (
        SELECT g.source_id, r.rate * (rhythm_day(g.stamp, r.weights)
            - lag(rhythm_day(g.stamp, r.weights)) OVER (PARTITION BY g.source_id ORDER BY g.stamp)) AS expected
        FROM sign AS g JOIN rate AS r USING (source_id))
    SELECT r.*, p.longest
    FROM rate AS r JOIN (SELECT source_id, max(expected) AS longest FROM pause GROUP BY source_id) AS p USING (source_id);

-- How surprising the present silence is: -ln of its probability for a Poisson source whose rate is known only from so
-- many signs (gamma-Poisson), against what one false alarm in some source-years would take. Busy sources get a lower bar:
-- their death matters within the day, and a false alarm of theirs ends by itself within hours. A source whose pauses are
-- longer than Poisson's (bursts, a weekly paper) must also outdo its own longest by a third.
CREATE OR REPLACE MACRO is_silence(expected, signs, rate, longest) AS (
    signs * ln(1 + expected / signs) > ln(365 * greatest(rate, 0.02)) + 1.0 - least(1.5, greatest(0.0, ln(rate)))
    AND expected > CASE WHEN longest > ln(signs) + 4 THEN 1.33 * longest ELSE 0 END);

-- Since when each source answers without bringing anything although it should have: the first visit that told.
CREATE OR REPLACE MACRO silence_at(as_of) AS TABLE
    WITH told AS (
        SELECT v.source_id, max(v.known_at) FILTER (v.brought) AS last_new_at, min(v.known_at) AS first_at
        FROM visit_at(as_of) AS v WHERE v.status <> 'failed' GROUP BY v.source_id)
    SELECT v.source_id, min(v.known_at) AS silent_at
    FROM visit_at(as_of) AS v JOIN told AS t USING (source_id) LEFT JOIN rhythm_at(as_of) AS r USING (source_id)
    WHERE v.status <> 'failed' AND NOT v.brought AND v.known_at > coalesce(t.last_new_at, t.first_at)
        AND CASE
            WHEN r.source_id IS NULL THEN v.known_at - coalesce(t.last_new_at, t.first_at) > INTERVAL 7 DAY
            ELSE is_silence(r.rate * (rhythm_day(v.known_at, r.weights) - rhythm_day(r.last_at, r.weights)),
                            r.signs, r.rate, r.longest)
        END
    GROUP BY v.source_id;

-- The last seven days against the weeks before: less than half, and three standard deviations below (square roots of
-- Poisson counts, widened where the weeks differ more than Poisson's would). Below five entries a week a week says
-- nothing: there the silence tells.
CREATE OR REPLACE MACRO shrinking_at(as_of) AS TABLE
    WITH visit AS (
        SELECT v.*, b.since FROM visit_at(as_of) AS v
        JOIN (SELECT source_id, min(known_at) AS since FROM source_fetch WHERE status <> 'failed' GROUP BY source_id) AS b
            USING (source_id)
        WHERE v.status <> 'failed' AND v.known_at > as_of - INTERVAL 63 DAY),
    week AS (
        SELECT v.source_id, w.back,
            coalesce(sum(greatest(coalesce(v.fresh_n, 0), v.new_n)) FILTER (
                NOT v.first_load AND v.known_at > as_of - (w.back + 1) * INTERVAL 7 DAY
                AND v.known_at <= as_of - w.back * INTERVAL 7 DAY), 0) AS n
        FROM visit AS v CROSS JOIN range(0, 9) AS w(back)
        WHERE v.since < as_of - (w.back + 1) * INTERVAL 7 DAY
        GROUP BY v.source_id, w.back),
    usual AS (
        SELECT source_id, avg(n) AS mean, greatest(1, var_samp(n) / avg(n)) AS spread
        FROM week WHERE back > 0 GROUP BY source_id HAVING count(*) >= 4 AND avg(n) >= 5)
    SELECT w.source_id, w.n AS week_n, u.mean AS usual_n FROM week AS w JOIN usual AS u USING (source_id)
    WHERE w.back = 0 AND w.n < u.mean / 2 AND 2 * (sqrt(w.n) - sqrt(u.mean)) / sqrt(u.spread) < -3;

-- New entries keep coming, over two days at least, and not one is dated after those before: five in a row, and twice as
-- many as it ever took this source (some outlets date back by habit). Counted in entries, so it holds at any rate.
CREATE OR REPLACE MACRO frozen_at(as_of) AS TABLE
    WITH batch AS (
        SELECT source_id, known_at, count(*) AS n, max(published_at) AS newest_at FROM entry
        WHERE published_at IS NOT NULL AND outcome <> 'changed' AND known_at <= as_of AND known_at > as_of - INTERVAL 120 DAY
        GROUP BY source_id, known_at),
    mark AS (
        SELECT *, coalesce(newest_at > max(newest_at) OVER (PARTITION BY source_id ORDER BY known_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS advances FROM batch),
    numbered AS (
        SELECT *, count(*) FILTER (advances) OVER (PARTITION BY source_id ORDER BY known_at) AS streak FROM mark),
    streak AS (
        SELECT source_id, streak, coalesce(sum(n) FILTER (NOT advances), 0) AS n, count(*) FILTER (NOT advances) AS visits,
            min(known_at) AS since_at, max(known_at) AS last_at, max(newest_at) AS newest_at
        FROM numbered GROUP BY source_id, streak),
    latest AS (
        SELECT *, coalesce(max(n) OVER (PARTITION BY source_id ORDER BY streak
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS longest_before FROM streak
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY streak DESC) = 1)
    SELECT source_id, newest_at FROM latest
    WHERE n >= 5 AND visits >= 2 AND n > 2 * longest_before AND last_at >= since_at + INTERVAL 48 HOUR
        AND last_at > as_of - INTERVAL 30 DAY;

-- Dates that are about five hours off: Lima time labelled GMT, or the reverse. By the last ten visits that could tell.
CREATE OR REPLACE MACRO zone_at(as_of) AS TABLE
    WITH latest AS (
        SELECT source_id, lag_minutes FROM visit_at(as_of)
        WHERE lag_minutes IS NOT NULL AND known_at > as_of - INTERVAL 60 DAY
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) <= 10)
    SELECT source_id, median(lag_minutes) AS lag_minutes FROM latest
    GROUP BY source_id HAVING count(*) >= 5 AND abs(median(lag_minutes)) BETWEEN 255 AND 345;

-- Permanent redirects: the one confirmed, and the one seen lately that still waits for it.
CREATE OR REPLACE MACRO move_at(as_of) AS TABLE
    SELECT source_id, from_url, to_url FROM source_move WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1;

CREATE OR REPLACE MACRO moving_at(as_of) AS TABLE
    WITH latest AS (SELECT source_id, arg_max(moved_to, known_at) AS latest FROM visit_at(as_of) WHERE status <> 'failed'
        GROUP BY source_id HAVING arg_max(moved_to, known_at) <> ''),
    success AS (SELECT v.*, l.latest FROM visit_at(as_of) AS v JOIN latest AS l USING (source_id) WHERE v.status <> 'failed'),
    other AS (SELECT source_id, max(known_at) AS stamp FROM success WHERE moved_to <> latest GROUP BY source_id)
    SELECT s.source_id, s.latest AS redirect_to, count(*) AS redirect_hits, min(s.known_at) AS redirect_since_at
    FROM success AS s LEFT JOIN other AS o USING (source_id)
    WHERE s.moved_to = s.latest AND (o.stamp IS NULL OR s.known_at > o.stamp) GROUP BY s.source_id, s.latest;

CREATE OR REPLACE MACRO source_health_at(as_of) AS TABLE
    WITH last_visit AS (
        SELECT * FROM visit_at(as_of) QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
    -- Of the last run that would have asked it: when it may be asked again, and whether its host wants to be left alone.
    turn AS (
        SELECT source_id, next_due_at, CASE WHEN reason = 'host_paused' AND next_due_at > as_of THEN detail END AS pause
        FROM source_fetch WHERE known_at <= as_of AND (reason IS NULL OR reason <> 'stopped')
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
    -- An attempt without a visit: its run was cut off.
    attempted AS (
        SELECT a.source_id, max(a.attempted_at) AS attempted_at
        FROM attempt AS a LEFT JOIN source_fetch AS f USING (run_id, source_id)
        WHERE a.known_at <= as_of AND f.run_id IS NULL GROUP BY a.source_id),
    history AS (
        SELECT source_id, max(started_at) FILTER (status <> 'failed') AS last_success_at,
            max(known_at) FILTER (status <> 'failed') AS last_success_run, count(*) AS fetches,
            count(*) FILTER (status = 'failed') AS failed_fetches, max(known_at) FILTER (gap) AS last_gap_at,
            max(known_at) FILTER (brought AND status <> 'failed') AS last_brought_at,
            arg_max(etag = '' AND last_modified = '', known_at) FILTER (http_status = 200 AND status <> 'failed') AS unconditional
        FROM visit_at(as_of) GROUP BY source_id),
    -- Entries turned away as not about Peru are signs of life too.
    life AS (SELECT source_id, max(known_at) AS last_entry_at FROM entry WHERE known_at <= as_of GROUP BY source_id),
    failing AS (
        SELECT v.source_id, count(*) AS failures, sum(v.weight) AS weight FROM visit_at(as_of) AS v JOIN history AS h USING (source_id)
        WHERE v.status = 'failed' AND (h.last_success_run IS NULL OR v.known_at > h.last_success_run) GROUP BY v.source_id),
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
            CASE WHEN h.last_gap_at > as_of - INTERVAL 3 DAY THEN 'gap' END], lambda name : name IS NOT NULL) AS alarms,
            q.silent_at, z.newest_at, t.lag_minutes, k.week_n, k.usual_n
        FROM source_at(as_of) AS s
        LEFT JOIN last_visit AS v USING (source_id) LEFT JOIN history AS h USING (source_id)
        LEFT JOIN silence_at(as_of) AS q USING (source_id) LEFT JOIN frozen_at(as_of) AS z USING (source_id)
        LEFT JOIN zone_at(as_of) AS t USING (source_id) LEFT JOIN shrinking_at(as_of) AS k USING (source_id)),
    state AS (
        SELECT s.source_id, s.outlet, s.enabled,
            CASE WHEN v.source_id IS NULL THEN 'new'
                WHEN v.reason = 'gone' THEN 'gone'
                WHEN v.status = 'failed' AND NOT list_contains(q.alarms, 'blocked') THEN 'failing'
                ELSE coalesce(q.alarms[1], 'ok') END AS health,
            q.alarms, coalesce(b.failures, 0) AS failures, v.reason, v.detail AS failure, v.known_at AS last_run_at,
            greatest(v.started_at, w.attempted_at) AS last_attempt_at,
            h.last_success_at, greatest(l.last_entry_at, h.last_brought_at) AS last_new_at, h.fetches, h.failed_fetches,
            greatest(n.next_due_at, w.attempted_at + coalesce(v.learned_minutes, s.interval_minutes) * INTERVAL 1 MINUTE)
                AS next_due_at,
            coalesce(b.weight, 0) AS weighted_failures, q.silent_at, h.last_gap_at, q.week_n, q.usual_n, q.newest_at,
            q.lag_minutes, coalesce(nullif(m.to_url, ''), s.url) AS address, g.redirect_to, g.redirect_hits,
            g.redirect_since_at, coalesce(v.learned_minutes, s.interval_minutes) AS interval_minutes,
            list_filter([
                n.pause,
                CASE WHEN m.to_url <> '' AND m.from_url = s.url THEN 'moved for good to ' || m.to_url END,
                CASE WHEN g.redirect_to IS NOT NULL AND g.redirect_to IS DISTINCT FROM m.to_url
                    THEN 'permanent redirect to ' || g.redirect_to || ', seen ' || g.redirect_hits || ' times, waits for confirmation' END,
                CASE WHEN h.unconditional AND NOT coalesce(s.interval_set, false)
                    THEN 'sends neither ETag nor Last-Modified: asked every 6 hours at most, unless an interval is configured' END,
                CASE WHEN v.learned_minutes <> s.interval_minutes
                    THEN 'asked every ' || v.learned_minutes || ' minutes, as learned from its feed' END,
                CASE WHEN r.source_id IS NOT NULL AND coalesce(s.robots, 'named') = 'named' AND s.kind IN ('feed', 'jsonfeed', 'gdelt')
                    THEN 'robots.txt forbids this address to every client; configure robots = "all" to obey that' END,
                CASE WHEN s.robots = 'all' THEN 'configured to obey every group of robots.txt' END,
                CASE WHEN NOT coalesce(s.verify_tls, true) THEN 'TLS certificate not verified (configured)' END,
                v.warning], lambda remark : remark IS NOT NULL) AS remarks
        FROM source_at(as_of) AS s
        LEFT JOIN last_visit AS v USING (source_id) LEFT JOIN history AS h USING (source_id)
        LEFT JOIN life AS l USING (source_id) LEFT JOIN failing AS b USING (source_id)
        LEFT JOIN alarm AS q USING (source_id) LEFT JOIN turn AS n USING (source_id)
        LEFT JOIN attempted AS w USING (source_id)
        LEFT JOIN move_at(as_of) AS m USING (source_id) LEFT JOIN moving_at(as_of) AS g USING (source_id)
        LEFT JOIN forbidden AS r USING (source_id))
    SELECT source_id, outlet, enabled, health, alarms, failures, reason,
        CASE health
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
COMMENT ON VIEW source_health IS 'State of every source: new, ok, gone, blocked, failing, silent (answers, but its own rhythm says something is missing), date_frozen, wrong_zone, shrinking or gap. alarms: all of these that hold at once. remarks: what else is worth knowing. last_run_at: instant of the last run that asked it.';
