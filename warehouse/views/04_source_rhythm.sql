-- How often a source brings something, by its own history: a source of three entries a month is silent after other times
-- than one of three an hour. That history is the eight weeks before its last sign of life, whenever that was.

-- Signs of life, one an hour at most: visits that brought something, and how much; for the first document, the
-- publication of what it held.
CREATE OR REPLACE MACRO sign_at(as_of) AS TABLE
    WITH latest AS MATERIALIZED (SELECT source_id, first_load_at, brought_run_at FROM source_latest_at(as_of)),
    visit AS (
        SELECT source_id, known_at, new_n AS n FROM source_fetch
        WHERE new_n > 0 AND status <> 'failed' AND was_asked(reason) AND known_at <= as_of
        UNION ALL
        SELECT source_id, known_at, fresh_n FROM source_poll WHERE fresh_n > 0 AND known_at <= as_of),
    sign AS (
        SELECT source_id, known_at AS stamp, max(n) AS n
        FROM latest AS l JOIN visit AS v USING (source_id)
        WHERE v.known_at > l.brought_run_at - INTERVAL 56 DAY AND v.known_at IS DISTINCT FROM l.first_load_at
        GROUP BY source_id, known_at
        UNION ALL
        SELECT source_id, least(e.published_at, e.known_at), 1
        FROM latest AS l JOIN entry AS e USING (source_id)
        WHERE e.known_at = l.first_load_at AND e.published_at > l.brought_run_at - INTERVAL 56 DAY)
    SELECT source_id, max(stamp) AS stamp, sum(n)::BIGINT AS n FROM sign GROUP BY source_id, date_trunc('hour', stamp);

-- Days since a Monday in 1970, in which each weekday counts as much as its weight.
CREATE OR REPLACE MACRO rhythm_day(instant, weights) AS (
    list_sum(weights) * date_diff('week', DATE '1970-01-05', (instant AT TIME ZONE 'America/Lima')::DATE)
    + coalesce(list_sum(weights[1:isodow(instant AT TIME ZONE 'America/Lima') - 1]), 0)
    + weights[isodow(instant AT TIME ZONE 'America/Lima')]
        * date_part('epoch', (instant AT TIME ZONE 'America/Lima')::TIME) / 86400.0);

-- May so many entries in so many days be those of a source of ten a day? Then its death is to be noticed within the day.
CREATE OR REPLACE MACRO is_busy(entries, days) AS (entries + 3 * sqrt(entries) >= 10 * days);

-- Rate (hours with news per day, read off the share of hours without), weekly rhythm and pauses of each source.
-- `outdo`, in expected signs: its longest pause, where that is beyond Poisson's, or the one that it makes in half of its
-- weeks, whichever is longer. A pause ends with the last visit that still found nothing: while nobody asked, nothing is
-- known. `prompt`: its death is to be noticed within 24 hours, being busy and watched for a week;
-- not if it pauses for a day more often than in all of its weeks but two, as an office does at weekends.
CREATE OR REPLACE MACRO rhythm_at(as_of) AS TABLE
    WITH sign AS MATERIALIZED (SELECT * FROM sign_at(as_of)),
    span AS (
        SELECT source_id, min(stamp) AS first_at, max(stamp) AS last_at, count(*) AS signs, sum(n) AS entries,
            greatest(1.0, date_diff('minute', min(stamp), max(stamp)) / 60.0) / 24.0 AS days
        FROM sign GROUP BY source_id HAVING count(*) >= 3),
    weekday AS (
        SELECT source_id, isodow(stamp AT TIME ZONE 'America/Lima') AS day, count(*) AS n FROM sign GROUP BY ALL),
    -- Drawn by what three signs would say towards an even week; a weekend never seen yet counts for a tenth.
    share AS (
        SELECT s.source_id, d.day, s.signs / s.days AS mean, coalesce(w.n, 0) AS n,
            rhythm_day(s.last_at, d.only) - rhythm_day(s.first_at, d.only) AS held,
            if(d.day >= 6 AND held < 1, 0.1, 1.0) AS prior
        FROM span AS s
        CROSS JOIN (SELECT day, list_transform(range(1, 8), lambda other : (other = day)::INTEGER) AS only
                    FROM range(1, 8) AS r(day)) AS d
        LEFT JOIN weekday AS w ON w.source_id = s.source_id AND w.day = d.day),
    rhythm AS (
        SELECT source_id, list((n + 3 * prior) / (held + 3 / mean) / mean ORDER BY day) AS weights
        FROM share GROUP BY source_id),
    rate AS (
        SELECT s.*, r.weights, -24.0 * ln(1 - least(0.9, (s.signs - 1) / (24.0 * s.days))) AS rate,
            list_max(r.weights) AS heaviest, is_busy(s.entries, s.days) AS busy
        FROM span AS s JOIN rhythm AS r USING (source_id)),
    pause AS (
        SELECT source_id, stamp, lag(stamp) OVER (PARTITION BY source_id ORDER BY stamp) AS since_at FROM sign),
    -- What its calendar hours cannot make wide needs no reckoning by weekdays.
    wide AS (
        SELECT p.source_id, p.stamp, p.since_at, r.rate, r.weights
        FROM pause AS p JOIN rate AS r USING (source_id)
        WHERE (r.busy AND p.stamp > p.since_at + INTERVAL 22 HOUR)
            OR CASE WHEN r.rate * r.heaviest * date_diff('minute', p.since_at, p.stamp) / 1440 > 5
                THEN r.rate * (rhythm_day(p.stamp, r.weights) - rhythm_day(p.since_at, r.weights)) > 5 ELSE false END),
    seen AS (
        SELECT w.source_id, w.since_at, any_value(w.rate) AS rate, any_value(w.weights) AS weights,
            if(w.stamp < l.first_run_at, w.stamp, coalesce(max(f.known_at), w.since_at)) AS until_at
        FROM wide AS w JOIN source_latest_at(as_of) AS l USING (source_id)
        LEFT JOIN source_fetch AS f ON f.source_id = w.source_id AND f.known_at > w.since_at AND f.known_at < w.stamp
            AND f.known_at <= as_of AND f.status <> 'failed'
        GROUP BY w.source_id, w.since_at, w.stamp, l.first_run_at),
    pauses AS (
        SELECT source_id, max(rate * (rhythm_day(until_at, weights) - rhythm_day(since_at, weights)), 4) AS longest,
            count(*) FILTER (until_at > since_at + INTERVAL 22 HOUR) AS day_long
        FROM seen GROUP BY source_id)
    SELECT r.* EXCLUDE heaviest, r.busy AND r.days >= 7 AND 7 * coalesce(p.day_long, 0) <= greatest(0, r.days - 14) AS prompt,
        greatest(if(p.longest[1] > ln(r.signs) + 4, p.longest[1], 0.0),
            coalesce(p.longest[greatest(2, (r.days / 14)::INTEGER)], 0.0)) AS outdo
    FROM rate AS r LEFT JOIN pauses AS p USING (source_id);

-- How surprising the present silence is: -ln of its probability for a Poisson source whose rate is known only from so
-- many signs (gamma-Poisson), against what one false alarm in some source-years would take. Other busy sources than the
-- prompt ones get a lower bar: their death matters soon, and a false alarm of theirs ends by itself within hours. A
-- source whose pauses are longer than Poisson's (bursts, nights, a weekly paper) must also outdo its own by a third; by
-- as much again while it was watched for less than a fortnight.
CREATE OR REPLACE MACRO is_silence(expected, signs, rate, outdo, prompt) AS (
    signs * ln(1 + expected / signs)
        > ln(365 * greatest(rate, 0.02)) + 1.0 - if(prompt, 0.0, least(1.5, greatest(0.0, ln(rate))))
    AND expected > 1.33 * outdo);

-- The last visit that can still tell of a death within 24 hours: that may have come right after the last entry, which
-- was published after the visit before, and the next visit, which may start five minutes late, would be too late. Not
-- below 18 hours of silence, however rarely a source is asked.
CREATE OR REPLACE MACRO is_last_call(visit_at, next_at, news_at, published_at) AS (
    visit_at > news_at + INTERVAL 18 HOUR
    AND greatest(next_at, visit_at + INTERVAL 1 HOUR) + INTERVAL 5 MINUTE
        > greatest(published_at, news_at - INTERVAL 6 HOUR) + INTERVAL 24 HOUR);

-- Since when each source answers without bringing anything although it should have: the first visit that told.
-- With fewer than three signs of life ever, a week says it. `usual_a_day`: entries.
CREATE OR REPLACE MACRO silence_at(as_of) AS TABLE
    WITH latest AS MATERIALIZED (SELECT * FROM source_latest_at(as_of) WHERE success_run_at > coalesce(brought_run_at, first_run_at)),
    -- Not before the visit before, and not before its date.
    latest_entry AS (
        SELECT l.source_id, max(least(e.published_at, e.known_at)) AS stamp
        FROM latest AS l JOIN entry AS e ON e.source_id = l.source_id AND e.known_at = l.brought_run_at GROUP BY l.source_id),
    visit_before AS (
        SELECT l.source_id, max(f.known_at) AS stamp FROM latest AS l JOIN source_fetch AS f USING (source_id)
        WHERE f.known_at < l.brought_run_at AND f.known_at > l.brought_run_at - INTERVAL 1 DAY AND f.status <> 'failed'
        GROUP BY l.source_id),
    quiet AS (
        SELECT l.source_id, coalesce(l.brought_run_at, l.first_run_at) AS since_at, f.known_at,
            coalesce(f.next_due_at, f.known_at) AS next_at
        FROM latest AS l JOIN source_fetch AS f USING (source_id)
        WHERE f.known_at > coalesce(l.brought_run_at, l.first_run_at) AND f.known_at <= as_of
            AND f.status <> 'failed' AND was_asked(f.reason))
    SELECT q.source_id, min(q.known_at) AS silent_at, any_value(r.entries / r.days) AS usual_a_day
    FROM quiet AS q LEFT JOIN rhythm_at(as_of) AS r USING (source_id)
    LEFT JOIN latest_entry AS e USING (source_id) LEFT JOIN visit_before AS b USING (source_id)
    WHERE CASE
        WHEN r.source_id IS NULL THEN q.known_at > q.since_at + INTERVAL 7 DAY
        ELSE is_silence(r.rate * (rhythm_day(q.known_at, r.weights) - rhythm_day(r.last_at, r.weights)),
                        r.signs, r.rate, r.outdo * if(r.days < 14, 1.5, 1.0), r.prompt)
            OR (r.prompt AND is_last_call(q.known_at, q.next_at, r.last_at, coalesce(greatest(e.stamp, b.stamp), r.last_at)))
        END
    GROUP BY q.source_id;

-- The last seven days against the eight weeks before: less than half, and three standard deviations below (square roots
-- of Poisson counts, widened where the weeks differ more than Poisson's would). Below five entries a week a week says
-- nothing: there the silence tells.
CREATE OR REPLACE MACRO shrinking_at(as_of) AS TABLE
    WITH latest AS MATERIALIZED (SELECT source_id, first_run_at, first_load_at FROM source_latest_at(as_of)),
    visit AS (
        SELECT source_id, known_at, max(n) AS n FROM (
            SELECT source_id, known_at, new_n AS n FROM source_fetch
            WHERE new_n > 0 AND status <> 'failed' AND was_asked(reason)
            UNION ALL
            SELECT source_id, known_at, fresh_n FROM source_poll WHERE fresh_n > 0)
        WHERE known_at <= as_of AND known_at > as_of - INTERVAL 63 DAY GROUP BY source_id, known_at),
    counted AS (
        SELECT v.source_id, (epoch_us(as_of) - epoch_us(v.known_at)) // 604800000000 AS back, sum(v.n) AS n
        FROM visit AS v JOIN latest AS l USING (source_id) WHERE v.known_at IS DISTINCT FROM l.first_load_at
        GROUP BY ALL),
    week AS (
        SELECT l.source_id, w.back, coalesce(c.n, 0) AS n
        FROM latest AS l CROSS JOIN range(0, 9) AS w(back)
        LEFT JOIN counted AS c ON c.source_id = l.source_id AND c.back = w.back
        WHERE l.first_run_at < as_of - (w.back + 1) * INTERVAL 7 DAY),
    usual AS (
        SELECT source_id, avg(n) AS mean, greatest(1, var_samp(n) / avg(n)) AS spread
        FROM week WHERE back > 0 GROUP BY source_id HAVING count(*) >= 4 AND avg(n) >= 5)
    SELECT w.source_id, w.n AS week_n, u.mean AS usual_n FROM week AS w JOIN usual AS u USING (source_id)
    WHERE w.back = 0 AND w.n < u.mean / 2 AND 2 * (sqrt(w.n) - sqrt(u.mean)) / sqrt(u.spread) < -3;
