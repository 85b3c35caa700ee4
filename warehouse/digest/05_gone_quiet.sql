-- title: Gone quiet
-- title_es: Dejaron de ser noticia
-- layout: stories
-- Stories with a theme that at least two outlets carried last week and none this week. `unheard`: none of their sources answered
-- this week, so that nobody can tell.
WITH last_week AS (SELECT * FROM news_at($as_of) WHERE week_on = $week_start::DATE - 7),
voice AS (
    SELECT story_id, outlet, arg_min(url, (effective_at, article_id)) AS url, min(effective_at) AS first_at,
        NOT bool_or(independent) AS copy
    FROM last_week GROUP BY story_id, outlet),
voices AS (
    SELECT story_id, list(struct_pack(outlet := outlet, url := url, copy := copy) ORDER BY copy, first_at, outlet) AS outlets
    FROM voice GROUP BY story_id),
theme AS (
    SELECT s.story_id, list(coalesce(l.label_en, s.theme) ORDER BY s.tagged DESC, s.theme) AS themes_en,
        list(coalesce(l.label_es, s.theme) ORDER BY s.tagged DESC, s.theme) AS themes_es
    FROM theme_story_at($as_of) AS s LEFT JOIN theme_at($as_of) AS l ON l.theme = s.theme
    WHERE s.week_on = $week_start::DATE - 7 GROUP BY s.story_id),
story AS (
    SELECT n.story_id, count(*) AS articles, count(DISTINCT n.outlet) AS outlet_n,
        greatest(1, count(DISTINCT n.voice) FILTER (n.independent)) AS owner_n, max(n.effective_at) AS last_at,
        arg_min(struct_pack(title := n.title, lang := n.lang, url := n.url),
                (n.duplicate_of IS NOT NULL, n.effective_at, n.article_id)) AS head,
        NOT bool_or(a.source_id IS NOT NULL) AS unheard
    FROM last_week AS n
    LEFT JOIN answered_at($as_of) AS a ON a.source_id = n.source_id AND a.week_on = $week_start::DATE
    GROUP BY n.story_id)
SELECT s.story_id, s.head.title AS title, s.head.lang AS lang, s.head.url AS url, s.last_at, s.articles, s.outlet_n,
    s.owner_n, v.outlets, s.unheard, t.themes_en, t.themes_es, count(*) OVER () AS total
FROM story AS s JOIN voices AS v USING (story_id) JOIN theme AS t USING (story_id)
WHERE s.outlet_n >= 2 AND s.story_id NOT IN (SELECT story_id FROM news_at($as_of) WHERE week_on = $week_start::DATE)
ORDER BY s.owner_n DESC, s.outlet_n DESC, s.articles DESC, s.last_at DESC, s.story_id
LIMIT 10;
