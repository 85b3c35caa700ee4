-- title: Left out, and why
-- title_es: Lo que quedó fuera, y por qué
-- layout: reasons
-- stage: entry (feed entry not used), page (read, not about Peru), text (used, but only with the feed's text),
-- count (stored, but kept out of the figures).
WITH dropped AS (
    SELECT 'entry' AS stage, reason, sum(n) AS n, count(DISTINCT source_id) AS sources,
        arg_max(example_title, (n, known_at, source_id)) AS example_title, arg_max(example_link, (n, known_at, source_id)) AS example_link
    FROM rejection WHERE known_at <= $as_of AND lima_week(known_at) = $week_start::DATE GROUP BY reason
    UNION ALL
    SELECT CASE outcome WHEN 'rejected' THEN 'page' ELSE 'text' END, coalesce(p.reason, 'not_about_peru'), count(*),
        count(DISTINCT p.source_id), arg_max(v.title, (p.known_at, p.article_id)), arg_max(p.url, (p.known_at, p.article_id))
    FROM page AS p LEFT JOIN version_at($as_of) AS v USING (article_id)
    WHERE p.known_at <= $as_of AND lima_week(p.known_at) = $week_start::DATE AND p.outcome IN ('rejected', 'from_feed')
    GROUP BY ALL
    UNION ALL
    SELECT 'count', 'seo_bait', count(*), count(DISTINCT source_id), arg_max(title, (effective_at, article_id)),
        arg_max(url, (effective_at, article_id))
    FROM article_at($as_of) WHERE week_on = $week_start::DATE AND seo_bait HAVING count(*) > 0)
SELECT stage, reason, n, sources, coalesce(example_title, '') AS example_title, coalesce(example_link, '') AS example_link
FROM dropped ORDER BY list_position(['entry', 'page', 'text', 'count'], stage), n DESC, reason;
