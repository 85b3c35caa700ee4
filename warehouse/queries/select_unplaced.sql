-- Articles in the news that no story holds yet: of this run, of one that was cut off, or in the news by later rules.
-- Bodies are read of these alone, however large the warehouse is.
WITH unplaced AS (SELECT article_id, source_id, effective_at FROM article ANTI JOIN story_member USING (article_id)),
latest AS (
    SELECT article_id, max(version) AS version FROM article_version SEMI JOIN unplaced USING (article_id) GROUP BY article_id)
SELECT u.article_id, u.source_id, s.owner, v.lang, u.effective_at, v.title, v.summary, v.body[:6000] AS body, v.body_hash,
    NULL::BIGINT AS story_id
FROM unplaced AS u
JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r ON r.article_id = u.article_id
JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = u.source_id
JOIN latest AS l ON l.article_id = u.article_id
JOIN article_version AS v ON v.article_id = l.article_id AND v.version = l.version
WHERE r.relevant AND NOT r.seo_bait
ORDER BY u.effective_at, u.article_id
