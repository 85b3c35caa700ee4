-- title: Edited after publication
-- title_es: Editado después de publicarse
-- layout: edits
-- Wording before the first and after the last edit of the week. White space, quotes, case and punctuation never count;
-- nor does a version whose text came from elsewhere (feed, then page). Figures: numbers that left and numbers that came.
WITH step AS (
    SELECT e.* FROM edit_at($as_of) AS e
    WHERE lima_week(e.edited_at) = $week_start::DATE AND e.old_text_from IS NOT DISTINCT FROM e.new_text_from),
edit AS (
    SELECT article_id, count(*) AS edits, max(edited_at) AS edited_at,
        arg_min(old_title, version) AS old_title, arg_max(new_title, version) AS new_title,
        coalesce(arg_min(old_summary, version), '') AS old_summary, coalesce(arg_max(new_summary, version), '') AS new_summary,
        coalesce(arg_min(old_body, version), '') AS old_body, coalesce(arg_max(new_body, version), '') AS new_body
    FROM step GROUP BY article_id),
figures AS (
    SELECT *, words_of(old_title) <> words_of(new_title) AS headline_changed,
        old_summary <> '' AND new_summary <> '' AND words_of(old_summary) <> words_of(new_summary) AS summary_changed,
        figures_of(old_title || ' ' || old_summary || ' ' || old_body) AS old_all,
        figures_of(new_title || ' ' || new_summary || ' ' || new_body) AS new_all,
        figures_of(old_title) AS old_in_title, figures_of(new_title) AS new_in_title,
        old_body <> '' AND new_body <> '' AS bodies
    FROM edit),
judged AS (
    SELECT *, [f FOR f IN old_all IF NOT list_contains(new_all, f)] AS figures_gone,
        [f FOR f IN new_all IF NOT list_contains(old_all, f)] AS figures_come,
        len([f FOR f IN old_in_title IF NOT list_contains(new_in_title, f)]) > 0
            AND len([f FOR f IN new_in_title IF NOT list_contains(old_in_title, f)]) > 0 AS title_figure
    FROM figures),
change AS (
    SELECT article_id, edits, edited_at, old_title, new_title, headline_changed, summary_changed, old_summary, new_summary,
        figures_gone, figures_come,
        CASE WHEN title_figure OR (len(figures_gone) > 0 AND len(figures_come) > 0) THEN 'figure'
             WHEN headline_changed THEN 'headline' WHEN summary_changed THEN 'summary' END AS change,
        CASE WHEN title_figure THEN 0 WHEN headline_changed THEN 2
             WHEN len(figures_gone) > 0 AND len(figures_come) > 0 THEN 3 ELSE 4 END AS weight
    FROM judged
    UNION ALL
    SELECT p.article_id, 1, max(p.known_at), any_value(v.title), any_value(v.title), false, false, '', '', [], [], 'withdrawn', 1
    FROM page AS p JOIN version_at($as_of) AS v USING (article_id)
    WHERE p.known_at <= $as_of AND lima_week(p.known_at) = $week_start::DATE AND p.reason IN ('not_found', 'gone')
        AND p.article_id IN (SELECT o.article_id FROM article_version AS o WHERE o.known_at < p.known_at AND o.text_from = 'page')
    GROUP BY p.article_id)
SELECT c.change, n.outlet, n.lang, n.url, n.article_id, c.edited_at, c.edits, c.old_title, c.new_title, c.headline_changed,
    c.old_summary, c.new_summary, c.summary_changed, c.figures_gone, c.figures_come, s.outlets AS outlet_n, s.owners AS owner_n,
    count(*) OVER () AS total, count(*) FILTER (c.change = 'figure') OVER () AS figure_total,
    count(*) FILTER (c.headline_changed) OVER () AS headline_total
FROM change AS c
JOIN news_at($as_of) AS n USING (article_id)
LEFT JOIN story_week_at($week_start::DATE, $as_of) AS s ON s.story_id = n.story_id
WHERE c.change IS NOT NULL AND n.kind <> 'live'
ORDER BY c.weight, n.article_id NOT IN (SELECT article_id FROM tag_at($as_of)), coalesce(s.owners, 0) DESC, c.edited_at DESC, n.article_id
LIMIT 15;
