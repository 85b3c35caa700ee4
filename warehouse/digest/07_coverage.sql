-- title: Coverage and gaps
-- title_es: Cobertura y vacíos
-- layout: coverage
-- One row per source that is enabled or was asked this week, worst first. `themes`: what it gave in the weeks before, with
-- its share of all articles of that theme: what a gap biases. Signs of life are entries that said something new, those turned
-- away as not about Peru too. Failing: answered earlier this week, but not on the last day of it.
WITH bounds AS (
    SELECT $week_start::DATE AS this_on, least($as_of, lima_midnight($week_start::DATE + 7)) AS until_at,
        lima_midnight($week_start::DATE - 7 * $weeks::INTEGER) AS since_at),
answer AS (
    SELECT f.*, lima_week(f.started_at) AS week_on FROM source_fetch AS f, bounds
    WHERE f.known_at <= $as_of AND f.started_at < until_at),
week AS (
    SELECT source_id, count(*) AS fetches, count(*) FILTER (status <> 'failed') AS ok, count(*) FILTER (status = 'failed') AS failed,
        sum(fetched_n) AS entries, sum(new_n) AS entries_new, sum(changed_n) AS entries_changed, sum(rejected_n) AS entries_rejected,
        bool_and(reason IN ('challenge', 'http_auth', 'robots')) FILTER (status = 'failed') AS walled,
        arg_max(detail, started_at) FILTER (status = 'failed') AS last_detail,
        arg_max(warning, started_at) FILTER (warning <> '') AS warning
    FROM answer, bounds WHERE week_on = this_on GROUP BY source_id),
reason AS (
    SELECT source_id, list(struct_pack(reason := reason, n := n) ORDER BY n DESC, reason) AS reasons
    FROM (SELECT source_id, coalesce(reason, 'failed') AS reason, count(*) AS n FROM answer, bounds
          WHERE week_on = this_on AND status = 'failed' GROUP BY ALL) GROUP BY source_id),
answered AS (
    SELECT source_id, max(started_at) FILTER (status <> 'failed') AS last_ok_at, min(started_at) FILTER (status <> 'failed') AS first_ok_at
    FROM answer GROUP BY source_id),
failing AS (
    SELECT a.source_id, count(*) AS failing_n, min(a.started_at) AS failing_since
    FROM answer AS a JOIN answered AS f USING (source_id) WHERE f.last_ok_at IS NULL OR a.started_at > f.last_ok_at GROUP BY a.source_id),
sighting AS (
    SELECT source_id, known_at AS seen_at, count(*) FILTER (outcome = 'rejected') AS turned_away
    FROM entry, bounds WHERE known_at <= $as_of AND known_at < until_at GROUP BY ALL),
life AS (
    SELECT source_id, max(seen_at) AS last_new_at, sum(turned_away) FILTER (lima_week(seen_at) = this_on) AS turned_away
    FROM sighting, bounds GROUP BY source_id),
gap AS (
    SELECT source_id, max(pause) AS longest, count(pause) AS pauses
    FROM (SELECT source_id, seen_at - lag(seen_at) OVER (PARTITION BY source_id ORDER BY seen_at) AS pause
          FROM sighting, bounds WHERE seen_at >= since_at)
    GROUP BY source_id),
before AS (
    SELECT source_id, avg(n) AS mean_new, count(*) AS weeks
    FROM (SELECT source_id, week_on, sum(new_n) AS n FROM answer, bounds
          WHERE week_on < this_on AND started_at >= since_at AND status <> 'failed'
            AND week_on IN (SELECT week_on FROM collected_at($as_of)) GROUP BY ALL)
    GROUP BY source_id),
text AS (
    SELECT n.source_id, count(*) AS articles, count(*) FILTER (n.access IN ('teaser', 'locked') OR n.reason IN ('teaser', 'locked')) AS teasers
    FROM news_at($as_of) AS n, bounds WHERE n.week_on = this_on GROUP BY n.source_id),
tagged AS (
    SELECT n.source_id, t.theme, count(*) AS n, count(*) / sum(count(*)) OVER (PARTITION BY t.theme) AS share
    FROM news_at($as_of) AS n JOIN tag_at($as_of) AS t USING (article_id), bounds
    WHERE n.week_on < this_on AND n.effective_at >= since_at GROUP BY n.source_id, t.theme),
themes AS (
    SELECT t.source_id, list(struct_pack(theme := t.theme, label_en := coalesce(l.label_en, t.theme),
        label_es := coalesce(l.label_es, t.theme), articles := t.n, share := round(t.share, 3)) ORDER BY t.share DESC, t.n DESC, t.theme) AS themes
    FROM (SELECT * FROM tagged WHERE n >= 3 QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY share DESC, n DESC, theme) <= 3) AS t
    LEFT JOIN theme_at($as_of) AS l ON l.theme = t.theme GROUP BY t.source_id),
state AS (
    SELECT s.source_id,
        CASE
            WHEN w.fetches IS NULL THEN 'not_tried'
            WHEN a.first_ok_at IS NULL AND NOT coalesce(w.walled, false) THEN 'never_answered'
            WHEN w.ok = 0 AND w.walled THEN 'blocked'
            WHEN w.ok = 0 THEN 'failed'
            WHEN i.failing_n > 0 AND until_at - a.last_ok_at >= INTERVAL 1 DAY THEN 'failing'
            WHEN until_at - f.last_new_at > greatest(if(g.pauses >= 5, INTERVAL 3 DAY, INTERVAL 7 DAY), g.longest * 1.5) THEN 'silent'
            WHEN f.last_new_at IS NULL AND until_at - a.first_ok_at > INTERVAL 7 DAY THEN 'silent'
            WHEN b.weeks >= 4 AND b.mean_new >= 10 AND w.entries_new < b.mean_new / 2 AND 2 * (sqrt(w.entries_new) - sqrt(b.mean_new)) < -3 THEN 'shrinking'
            WHEN w.failed > w.ok THEN 'unsteady'
            WHEN x.articles >= 3 AND x.teasers >= 0.8 * x.articles THEN 'teaser_only'
            ELSE 'ok'
        END AS state
    FROM source_at($as_of) AS s, bounds
    LEFT JOIN week AS w ON w.source_id = s.source_id
    LEFT JOIN answered AS a ON a.source_id = s.source_id
    LEFT JOIN failing AS i ON i.source_id = s.source_id
    LEFT JOIN life AS f ON f.source_id = s.source_id
    LEFT JOIN gap AS g ON g.source_id = s.source_id
    LEFT JOIN before AS b ON b.source_id = s.source_id
    LEFT JOIN text AS x ON x.source_id = s.source_id
    WHERE s.enabled OR w.fetches IS NOT NULL)
SELECT s.source_id, s.name, s.outlet, s.owner, t.state, coalesce(w.fetches, 0) AS fetches, coalesce(w.ok, 0) AS ok,
    coalesce(w.failed, 0) AS failed, coalesce(r.reasons, []) AS reasons, coalesce(w.last_detail, '') AS detail,
    coalesce(w.warning, '') AS warning, coalesce(w.entries, 0) AS entries, coalesce(w.entries_new, 0) AS entries_new,
    coalesce(w.entries_changed, 0) AS entries_changed, coalesce(w.entries_rejected, 0) AS entries_rejected,
    round(b.mean_new, 1) AS mean_new, coalesce(x.articles, 0) AS articles, coalesce(x.teasers, 0) AS teasers,
    a.last_ok_at, f.last_new_at, i.failing_since, coalesce(f.turned_away, 0) AS turned_away,
    coalesce(h.themes, []) AS themes
FROM state AS t
JOIN source_at($as_of) AS s USING (source_id)
LEFT JOIN week AS w USING (source_id)
LEFT JOIN reason AS r USING (source_id)
LEFT JOIN answered AS a USING (source_id)
LEFT JOIN failing AS i USING (source_id)
LEFT JOIN life AS f USING (source_id)
LEFT JOIN before AS b USING (source_id)
LEFT JOIN text AS x USING (source_id)
LEFT JOIN themes AS h USING (source_id)
ORDER BY list_position(['blocked', 'failed', 'never_answered', 'not_tried', 'failing', 'silent', 'shrinking', 'unsteady', 'teaser_only', 'ok'], t.state),
    coalesce(h.themes[1].share, 0) DESC, s.name, s.source_id;
