-- title: Left out, and why
-- title_es: Lo que quedó fuera, y por qué
-- layout: reasons
-- stage: entry (feed entry not used), page (read, not about Peru), text (used, but only with the feed's text),
-- count (stored, but kept out of the figures). A feed serves the same entry again and again: `n` counts entries, as far as
-- they can be told apart (those not about Peru can; of the others, no fewer than the most of one fetch); `served` counts
-- them once per fetch, as the figures of the runs do; `fetches` says in how many.
WITH refused AS (
    SELECT source_id, reason, greatest(max(n), count(DISTINCT (example_title, example_link))) AS n, sum(n) AS served, count(*) AS fetches,
        arg_max(example_title, (n, known_at)) AS example_title, arg_max(example_link, (n, known_at)) AS example_link
    FROM rejection WHERE known_at <= $as_of AND lima_week(known_at) = $week_start::DATE GROUP BY ALL),
told_apart AS (
    SELECT source_id, reason, count(DISTINCT article_id) AS n FROM entry
    WHERE outcome = 'rejected' AND known_at <= $as_of AND lima_week(known_at) = $week_start::DATE GROUP BY ALL),
dropped AS (
    SELECT 'entry' AS stage, reason, sum(greatest(r.n, coalesce(t.n, 0))) AS n, sum(served) AS served, sum(fetches) AS fetches,
        count(*) AS sources, arg_max(example_title, (r.n, source_id)) AS example_title, arg_max(example_link, (r.n, source_id)) AS example_link
    FROM refused AS r LEFT JOIN told_apart AS t USING (source_id, reason) GROUP BY reason
    UNION ALL
    SELECT CASE outcome WHEN 'rejected' THEN 'page' ELSE 'text' END, coalesce(p.reason, 'not_about_peru'), count(*), count(*), count(*),
        count(DISTINCT p.source_id), arg_max(v.title, (p.known_at, p.article_id)), arg_max(p.url, (p.known_at, p.article_id))
    FROM page AS p LEFT JOIN version_at($as_of) AS v USING (article_id)
    WHERE p.known_at <= $as_of AND lima_week(p.known_at) = $week_start::DATE AND p.outcome IN ('rejected', 'from_feed')
    GROUP BY ALL
    UNION ALL
    SELECT 'count', 'seo_bait', count(*), count(*), count(*), count(DISTINCT source_id), arg_max(title, (effective_at, article_id)),
        arg_max(url, (effective_at, article_id))
    FROM article_at($as_of) WHERE week_on = $week_start::DATE AND seo_bait HAVING count(*) > 0)
SELECT stage, reason, n, served, fetches, sources, coalesce(example_title, '') AS example_title, coalesce(example_link, '') AS example_link
FROM dropped ORDER BY list_position(['entry', 'page', 'text', 'count'], stage), n DESC, reason;
