-- title: Edited after publication
-- title_es: Editado después de publicarse
-- layout: edits
-- What the edits of the week did, as graded when they were stored (edit_grade): nothing is compared here. Several edits
-- of one article are one line, from the first wording to the last; what was changed back is not told. Articles with a
-- theme first. `cited`: the correction note, the name that is gone, the sentence as it was when it had a source.
WITH graded AS (
    SELECT * FROM edit_grade WHERE known_at <= $as_of AND lima_week(known_at) = $week_start::DATE),
-- Old and new headline, and summary: the first that was replaced and the last that came.
reworded AS (
    SELECT article_id, grade, arg_min(old_value, version) AS old_value, arg_max(new_value, version) AS new_value
    FROM graded WHERE grade IN ('headline_changed', 'summary_changed') GROUP BY ALL
    HAVING words_of(arg_min(old_value, version)) <> words_of(arg_max(new_value, version))),
figure AS (
    SELECT article_id, field = 'title' AS in_title, version, place,
        if(sized, coalesce(counted, ''), '') AS noun,
        if(sized, number_text(old_number), old_value) AS old, if(sized, number_text(new_number), new_value) AS new
    FROM (SELECT *, coalesce(old_number <> new_number, false) AS sized FROM graded WHERE grade = 'figure_changed')),
-- 2 to 3 and then 3 to 5 is 2 to 5.
passed AS (
    SELECT article_id, noun, bool_or(in_title) AS in_title, list(old ORDER BY version, place) AS olds, list(new ORDER BY version, place) AS news
    FROM figure GROUP BY article_id, noun),
counted AS (
    SELECT article_id, flatten(list([{'noun': noun, 'old': pair[1], 'new': pair[2]} FOR pair IN list_zip(
            [o FOR o IN olds IF NOT list_contains(news, o)], [n FOR n IN news IF NOT list_contains(olds, n)])
            IF pair[1] IS NOT NULL AND pair[2] IS NOT NULL] ORDER BY NOT in_title, noun = '', noun)) AS pairs
    FROM passed GROUP BY article_id),
titled AS (SELECT article_id, bool_or(in_title) AS in_title FROM figure GROUP BY article_id),
-- What is quoted, gravest first.
quoted AS (
    SELECT article_id, min(rank) AS rank, arg_min(if(rank = 1, new_value, old_value), (rank, version, place)) AS cited
    FROM (SELECT *, list_position(['correction_note', 'attribution_removed', 'name_removed'], grade) AS rank FROM graded)
    WHERE rank IS NOT NULL GROUP BY article_id),
edit AS (
    SELECT g.article_id, count(DISTINCT g.version) AS edits, max(g.known_at) AS edited_at, bool_or(g.grade = 'withdrawn') AS withdrawn
    FROM graded AS g GROUP BY g.article_id),
change AS (
    SELECT e.article_id, e.edits, e.edited_at, coalesce(h.old_value, v.title) AS old_title, coalesce(h.new_value, v.title) AS new_title,
        h.article_id IS NOT NULL AS headline_changed, coalesce(s.old_value, '') AS old_summary, coalesce(s.new_value, '') AS new_summary,
        coalesce(c.pairs, []) AS recounted, coalesce(t.in_title, false) AND len(recounted) > 0 AS title_figure,
        CASE
            WHEN e.withdrawn THEN ('withdrawn', 1)
            WHEN title_figure THEN ('figure', 0)
            WHEN q.rank = 1 THEN ('correction', 2)
            WHEN headline_changed AND len([1 FOR pair IN recounted IF pair.noun <> '']) = 0 THEN ('headline', 3)
            WHEN len(recounted) > 0 THEN ('figure', if(headline_changed, 3, 4))
            WHEN q.rank = 2 THEN ('attribution', 5)
            WHEN q.rank = 3 THEN ('name', 6)
            WHEN s.article_id IS NOT NULL THEN ('summary', 7)
        END AS told,
        q.cited
    FROM edit AS e
    JOIN version_at($as_of) AS v USING (article_id)
    LEFT JOIN reworded AS h ON h.article_id = e.article_id AND h.grade = 'headline_changed'
    LEFT JOIN reworded AS s ON s.article_id = e.article_id AND s.grade = 'summary_changed'
    LEFT JOIN counted AS c ON c.article_id = e.article_id
    LEFT JOIN titled AS t ON t.article_id = e.article_id
    LEFT JOIN quoted AS q ON q.article_id = e.article_id)
SELECT c.told[1] AS change, n.outlet, n.lang, n.url, n.article_id, c.edited_at, c.edits, c.old_title, c.new_title,
    c.headline_changed, c.old_summary, c.new_summary, c.recounted,
    if(c.told[1] IN ('correction', 'attribution', 'name'), c.cited, '') AS cited, s.outlets AS outlet_n, s.owners AS owner_n,
    count(*) OVER () AS total
FROM change AS c
JOIN news_at($as_of) AS n USING (article_id)
LEFT JOIN story_week_at($week_start::DATE, $as_of) AS s ON s.story_id = n.story_id
-- A live page is rewritten by design: only what its outlet takes back is told.
WHERE c.told IS NOT NULL AND (n.kind <> 'live' OR c.told[1] IN ('withdrawn', 'correction'))
ORDER BY n.article_id NOT IN (SELECT article_id FROM tag_at($as_of)), c.told[2], coalesce(s.owners, 0) DESC, c.edited_at DESC, n.article_id
LIMIT 15;
