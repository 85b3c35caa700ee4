-- title: Edited after publication
-- title_es: Editado después de publicarse
-- layout: edits
-- Wording before the first and after the last edit of the week. White space, quotes, case and punctuation never count;
-- nor does a version whose text came from elsewhere (feed, then page). Figures: numbers that left and numbers that came;
-- `recounted`: those before the same word (2 heridos, then 4 heridos). What only sentences can tell is taken from the
-- grades (edit_grade): correction notes and attributions that are gone, `cited`. Articles with a theme first.
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
        concat_ws(' ', old_title, old_summary, old_body) AS old_text, concat_ws(' ', new_title, new_summary, new_body) AS new_text,
        figures_of(old_title) AS old_in_title, figures_of(new_title) AS new_in_title,
        list_distinct([w FOR w IN string_split(words_of(old_title), ' ') IF len(figures_of(w)) = 0]) AS old_words,
        list_distinct([w FOR w IN string_split(words_of(new_title), ' ') IF len(figures_of(w)) = 0]) AS new_words
    FROM edit),
-- Words and numbers in order, so that each number has the word behind it.
token AS (
    SELECT article_id, edition, regexp_extract_all(lower(txt), '[0-9]{1,3}(?:[ \x{00a0}\x{202f}][0-9]{3})+\b|[0-9]+(?:[.,:][0-9]+)*|\pL+') AS t
    FROM (SELECT article_id, 'old' AS edition, old_text AS txt FROM figures UNION ALL SELECT article_id, 'new', new_text FROM figures)),
count_of AS (
    SELECT article_id, edition, unnest(list_distinct(
        [{'figure': figures_of(t[i])[1], 'noun': t[i + 1]} FOR i IN range(1, len(t)) IF len(figures_of(t[i])) = 1 AND regexp_full_match(t[i + 1], '\pL{4,}')]
    ), recursive := true) FROM token),
alone AS (  -- one figure per word in each edition: "3 policías, 5 policías" tells nobody which one changed
    SELECT article_id, edition, noun, any_value(figure) AS figure FROM count_of
    GROUP BY article_id, edition, noun HAVING count(*) = 1),
recount AS (
    SELECT article_id, list({'noun': o.noun, 'old': o.figure, 'new': n.figure}
        ORDER BY NOT contains(lower(e.new_title), o.noun), o.noun) AS recounted
    FROM alone AS o JOIN alone AS n USING (article_id, noun) JOIN edit AS e USING (article_id)
    WHERE o.edition = 'old' AND n.edition = 'new' AND o.figure <> n.figure GROUP BY article_id),
judged AS (
    SELECT f.* EXCLUDE (old_text, new_text), coalesce(r.recounted, []) AS recounted,
        [g FOR g IN figures_of(old_text) IF NOT list_contains(figures_of(new_text), g)] AS figures_gone,
        [g FOR g IN figures_of(new_text) IF NOT list_contains(figures_of(old_text), g)] AS figures_come,
        len([g FOR g IN old_in_title IF NOT list_contains(new_in_title, g)]) > 0
            AND len([g FOR g IN new_in_title IF NOT list_contains(old_in_title, g)]) > 0
            AND 2 * len(list_intersect(old_words, new_words)) >= len(list_distinct(old_words || new_words)) AS title_figure
    FROM figures AS f LEFT JOIN recount AS r USING (article_id)),
-- Pages that answered 404 or 410 after having been read: met by a changed entry, or by a later look.
withdrawal AS (
    SELECT p.article_id, p.known_at FROM page AS p
    WHERE p.reason IN ('not_found', 'gone')
        AND p.article_id IN (SELECT o.article_id FROM article_version AS o WHERE o.known_at < p.known_at AND o.text_from = 'page')
    UNION ALL SELECT g.article_id, g.known_at FROM edit_grade AS g WHERE g.grade = 'withdrawn'),
graded AS (
    SELECT article_id, count(DISTINCT version) AS edits, max(known_at) AS edited_at, min(rank) AS rank,
        arg_min(if(rank = 1, new_value, old_value), (rank, version, place)) AS cited
    FROM (SELECT *, list_position(['correction_note', 'attribution_removed'], grade) AS rank FROM edit_grade
          WHERE known_at <= $as_of AND lima_week(known_at) = $week_start::DATE)
    WHERE rank IS NOT NULL GROUP BY article_id),
change AS (
    SELECT article_id, edits, edited_at, old_title, new_title, headline_changed, summary_changed, old_summary, new_summary,
        figures_gone, figures_come, recounted,
        title_figure OR len(recounted) > 0 OR (len(figures_gone) BETWEEN 1 AND 3 AND len(figures_come) BETWEEN 1 AND 3) AS figure_changed,
        CASE WHEN figure_changed AND (title_figure OR NOT headline_changed OR len(recounted) > 0) THEN 'figure'
             WHEN headline_changed THEN 'headline' WHEN summary_changed THEN 'summary' END AS change,
        CASE WHEN title_figure THEN 0 WHEN headline_changed THEN 2 WHEN figure_changed THEN 3 ELSE 5 END AS weight, '' AS cited
    FROM judged
    UNION ALL
    SELECT p.article_id, 1, max(p.known_at), coalesce(any_value(e.old_title), any_value(v.title)), any_value(v.title), false, false, '', '', [], [], [], false, 'withdrawn', 1, ''
    FROM withdrawal AS p JOIN version_at($as_of) AS v USING (article_id) LEFT JOIN edit AS e USING (article_id)
    WHERE p.known_at <= $as_of AND lima_week(p.known_at) = $week_start::DATE
    GROUP BY p.article_id
    UNION ALL
    SELECT g.article_id, g.edits, g.edited_at, coalesce(e.old_title, v.title), v.title, false, false, '', '', [], [], [], false,
        if(g.rank = 1, 'correction', 'attribution'), if(g.rank = 1, 1.5, 4), g.cited
    FROM graded AS g JOIN version_at($as_of) AS v USING (article_id) LEFT JOIN edit AS e USING (article_id)),
one_each AS (
    SELECT * FROM change WHERE change IS NOT NULL QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY weight) = 1)
SELECT c.change, n.outlet, n.lang, n.url, n.article_id, c.edited_at, c.edits, c.old_title, c.new_title, c.headline_changed,
    c.old_summary, c.new_summary, c.summary_changed, c.figures_gone, c.figures_come, c.recounted, c.cited, s.outlets AS outlet_n, s.owners AS owner_n,
    count(*) OVER () AS total, count(*) FILTER (c.change = 'figure') OVER () AS figure_total,
    count(*) FILTER (c.headline_changed) OVER () AS headline_total
FROM one_each AS c
JOIN news_at($as_of) AS n USING (article_id)
LEFT JOIN story_week_at($week_start::DATE, $as_of) AS s ON s.story_id = n.story_id
WHERE n.kind <> 'live'
ORDER BY n.article_id NOT IN (SELECT article_id FROM tag_at($as_of)), c.weight, coalesce(s.owners, 0) DESC, c.edited_at DESC, n.article_id
LIMIT 15;
