-- title: What changed
-- title_es: Qué cambió
-- layout: theme_table
-- Stories per theme: this week, last week, median of the usable ones of the weeks before. z = 2 (sqrt n - sqrt mean) is
-- taken over sources that answered this week and in every week compared, so that a new or dead source is never news;
-- z_all over all of them. A flag needs both, in one direction, a count outside the range of all weeks compared (news
-- comes in waves: weeks vary more than chance alone would have it), and five stories on one side. Flagged themes first,
-- then the largest change.
WITH monday AS (SELECT $week_start::DATE AS this_on, $weeks::INTEGER AS weeks),
baseline AS (
    SELECT week_on FROM collected_at($as_of), monday WHERE week_on < this_on AND week_on >= this_on - 7 * weeks),
grid AS (SELECT this_on - 7 * step::INTEGER AS week_on, step FROM monday, range(0, $weeks::INTEGER + 1) AS r(step)),
comparable AS (
    SELECT source_id FROM answered_at($as_of), monday
    WHERE week_on = this_on OR week_on IN (SELECT week_on FROM baseline)
    GROUP BY source_id HAVING count(*) = (SELECT count(*) FROM baseline) + 1),
rule_set AS (SELECT arg_max(rules_version, known_at) AS newest FROM theme WHERE known_at <= $as_of),
theme_story AS (SELECT * FROM theme_story_at($as_of)),
theme_label AS (
    SELECT t.theme, t.label_en, t.label_es FROM theme_at($as_of) AS t, rule_set
    WHERE t.rules_version = newest OR t.theme IN (SELECT theme FROM theme_story JOIN grid USING (week_on))
    UNION ALL
    SELECT DISTINCT theme, theme, theme FROM theme_story JOIN grid USING (week_on)
    WHERE theme NOT IN (SELECT theme FROM theme WHERE known_at <= $as_of)),
like_story AS (
    SELECT DISTINCT n.week_on, t.theme, n.story_id
    FROM news_at($as_of) AS n JOIN tag_at($as_of) AS t USING (article_id) JOIN comparable USING (source_id)),
weekly AS (
    SELECT l.theme, g.week_on, g.step, count(DISTINCT t.story_id) AS n, count(DISTINCT k.story_id) AS like_n,
        g.week_on IN (SELECT week_on FROM baseline) AS usable
    FROM theme_label AS l CROSS JOIN grid AS g
    LEFT JOIN theme_story AS t ON t.theme = l.theme AND t.week_on = g.week_on
    LEFT JOIN like_story AS k ON k.theme = t.theme AND k.week_on = t.week_on AND k.story_id = t.story_id
    GROUP BY ALL),
history AS (
    SELECT theme, max(n) FILTER (step = 0) AS stories, max(n) FILTER (step = 1 AND usable) AS stories_last,
        max(like_n) FILTER (step = 0) AS stories_like, avg(like_n) FILTER (usable) AS mean_like,
        avg(n) FILTER (usable) AS mean_all, min(n) FILTER (usable) AS low, max(n) FILTER (usable) AS high, count(*) FILTER (usable) AS weeks_usable, median(n) FILTER (usable) AS usual,
        list(CASE WHEN usable OR step = 0 THEN n END ORDER BY week_on) AS history
    FROM weekly GROUP BY theme),
story AS (SELECT * FROM story_week_at((SELECT this_on FROM monday), $as_of)),
state AS (
    SELECT t.theme, count(*) FILTER (s.state = 'new') AS new_n, count(*) FILTER (s.previous_week_on IS NOT NULL) AS continuing_n,
        count(*) FILTER (s.state = 'growing') AS growing_n, count(*) FILTER (s.state = 'resurfaced') AS resurfaced_n
    FROM theme_story AS t, monday, story AS s
    WHERE t.week_on = this_on AND s.story_id = t.story_id GROUP BY t.theme),
quiet AS (
    SELECT t.theme, count(*) AS quiet_n
    FROM theme_story AS t, monday
    WHERE t.week_on = this_on - 7 AND t.story_id NOT IN (SELECT story_id FROM story) AND t.story_id IN (
        SELECT story_id FROM news_at($as_of), monday WHERE week_on = this_on - 7
        GROUP BY story_id HAVING count(DISTINCT outlet) >= 2)
    GROUP BY t.theme),
coverage AS (
    SELECT t.theme, count(*) AS articles, count(*) FILTER (n.duplicate_of IS NULL) AS texts, count(DISTINCT n.outlet) AS outlets,
        greatest(1, count(DISTINCT n.voice) FILTER (n.independent)) AS owners
    FROM theme_story AS t, monday, news_at($as_of) AS n
    WHERE t.week_on = this_on AND n.week_on = t.week_on AND n.story_id = t.story_id GROUP BY t.theme),
scored AS (
    SELECT *, CASE WHEN weeks_usable >= 4 THEN round(2 * (sqrt(stories_like) - sqrt(mean_like)), 2) END AS z,
        CASE WHEN weeks_usable >= 4 THEN round(2 * (sqrt(stories) - sqrt(mean_all)), 2) END AS z_all
    FROM history)
SELECT h.theme, l.label_en, l.label_es, h.stories, h.stories_last, h.stories - h.stories_last AS change,
    CASE WHEN h.weeks_usable >= 4 THEN h.usual END AS usual, h.low, h.high, h.weeks_usable, h.stories_like,
    round(h.mean_like, 2) AS mean_like, h.z, h.z_all,
    coalesce(abs(h.z) > 2 AND abs(h.z_all) > 2 AND sign(h.z) = sign(h.z_all)
        AND h.stories NOT BETWEEN h.low AND h.high
        AND greatest(h.stories_like, h.mean_like) >= 5, false) AS flagged,
    coalesce(s.new_n, 0) AS new_n, coalesce(s.continuing_n, 0) AS continuing_n, coalesce(s.growing_n, 0) AS growing_n,
    coalesce(s.resurfaced_n, 0) AS resurfaced_n, coalesce(q.quiet_n, 0) AS quiet_n, coalesce(c.articles, 0) AS articles,
    coalesce(c.texts, 0) AS texts, coalesce(c.outlets, 0) AS outlets, coalesce(c.owners, 0) AS owners, h.history
FROM scored AS h
JOIN theme_label AS l USING (theme)
LEFT JOIN state AS s USING (theme)
LEFT JOIN quiet AS q USING (theme)
LEFT JOIN coverage AS c USING (theme)
ORDER BY flagged DESC, abs(h.stories - h.stories_last) DESC NULLS LAST, h.stories DESC, h.stories_last DESC NULLS LAST, h.theme;
