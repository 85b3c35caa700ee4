-- title: Learned later
-- title_es: Lo que supimos después
-- layout: articles
-- Articles with a theme, dated to an earlier week, that we saw after that week's issue: between the last issue and this
-- one (issue_cuts_at). `adds_story`: the earlier week counts one story more. Weeks before we collected are left out: what feeds still held when collection began is not news.
WITH news AS (SELECT * FROM news_at($as_of)),
late AS (
    SELECT news.* FROM news, issue_cuts_at($week_start, $as_of) AS cut
    WHERE known_at > cut.after_at AND known_at <= cut.until_at
        AND week_on < $week_start::DATE AND week_on IN (SELECT week_on FROM collected_at($as_of))),
theme AS (
    SELECT t.article_id, list(coalesce(l.label_en, t.theme) ORDER BY t.score DESC, t.theme) AS themes_en,
        list(coalesce(l.label_es, t.theme) ORDER BY t.score DESC, t.theme) AS themes_es
    FROM tag_at($as_of) AS t LEFT JOIN theme_at($as_of) AS l ON l.theme = t.theme GROUP BY t.article_id)
SELECT l.article_id, l.title, l.lang, l.url, l.outlet, l.effective_at, l.known_at AS learned_at, week_name(l.week_on) AS week,
    l.independent,
    NOT EXISTS (FROM news AS o WHERE o.story_id = l.story_id AND o.week_on = l.week_on
        AND (o.known_at, o.article_id) < (l.known_at, l.article_id)) AS adds_story,
    t.themes_en, t.themes_es, count(*) OVER () AS total
FROM late AS l JOIN theme AS t USING (article_id)
ORDER BY adds_story DESC, l.independent DESC, l.effective_at DESC, l.article_id
LIMIT 10;
