-- Articles of the window with their story, for grouping. Bodies are read of these alone.
WITH near AS (SELECT article_id, source_id, effective_at FROM article WHERE effective_at BETWEEN $since AND $until),
latest AS (
    SELECT article_id, max(version) AS version FROM article_version SEMI JOIN near USING (article_id) GROUP BY article_id)
SELECT n.article_id, n.source_id, s.owner, v.lang, n.effective_at, v.title, v.summary, v.body[:6000] AS body, p.story_id
FROM near AS n
JOIN placement_at('infinity'::TIMESTAMPTZ) AS p ON p.article_id = n.article_id
JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r ON r.article_id = n.article_id
JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = n.source_id
JOIN latest AS l ON l.article_id = n.article_id
JOIN article_version AS v ON v.article_id = l.article_id AND v.version = l.version
WHERE r.relevant AND NOT r.seo_bait
ORDER BY n.effective_at, n.article_id
