-- Sources whose dates are not to be trusted, by the last months of each.

-- New entries keep coming, over two days at least, and not one is dated after those before: five in a row, and twice as
-- many as it ever took this source (some outlets date back by habit). Counted in entries, so it holds at any rate.
CREATE OR REPLACE MACRO frozen_at(as_of) AS TABLE
    WITH dated AS (
        SELECT source_id, known_at, published_at FROM entry
        WHERE published_at IS NOT NULL AND outcome <> 'changed' AND known_at <= as_of AND known_at > as_of - INTERVAL 120 DAY),
    newest AS (
        SELECT source_id, arg_max(known_at, (published_at, -epoch_us(known_at))) AS since_at, max(published_at) AS newest_at
        FROM dated GROUP BY source_id),
    -- What came after the latest date did; only these sources are looked at more closely.
    suspect AS (
        SELECT source_id, any_value(n.since_at) AS since_at, any_value(n.newest_at) AS newest_at, count(*) AS n
        FROM newest AS n JOIN dated AS d USING (source_id) WHERE d.known_at > n.since_at GROUP BY source_id
        HAVING n >= 5 AND count(DISTINCT known_at) >= 2 AND max(known_at) >= any_value(n.since_at) + INTERVAL 48 HOUR
            AND max(known_at) > as_of - INTERVAL 30 DAY),
    batch AS (
        SELECT d.source_id, d.known_at, count(*) AS n, max(d.published_at) AS newest_at
        FROM suspect AS s JOIN dated AS d USING (source_id) WHERE d.known_at <= s.since_at GROUP BY d.source_id, d.known_at),
    mark AS (
        SELECT *, coalesce(newest_at > max(newest_at) OVER (PARTITION BY source_id ORDER BY known_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS advances FROM batch),
    numbered AS (
        SELECT *, count(*) FILTER (advances) OVER (PARTITION BY source_id ORDER BY known_at) AS streak FROM mark),
    habit AS (
        SELECT source_id, max(n) AS longest
        FROM (SELECT source_id, sum(n) AS n FROM numbered WHERE NOT advances GROUP BY source_id, streak) GROUP BY source_id)
    SELECT s.source_id, s.newest_at FROM suspect AS s LEFT JOIN habit AS h USING (source_id)
    WHERE s.n > 2 * coalesce(h.longest, 0);

-- Dates that are about five hours off: Lima time labelled GMT, or the reverse. By the last ten visits that could tell.
CREATE OR REPLACE MACRO zone_at(as_of) AS TABLE
    SELECT source_id, list_median(lags) AS lag_minutes
    FROM (SELECT source_id, arg_max(lag_minutes, known_at, 10) AS lags FROM source_poll
          WHERE lag_minutes IS NOT NULL AND known_at <= as_of AND known_at > as_of - INTERVAL 60 DAY GROUP BY source_id)
    WHERE len(lags) >= 5 AND abs(list_median(lags)) BETWEEN 255 AND 345;
