-- Articles in the news that no story holds yet: of this run, of one that was cut off, or in the news by later rules.
-- No texts: they are read batch by batch. Only what is known of the unplaced is looked at, however much is placed.
WITH unplaced AS (SELECT article_id, source_id, effective_at FROM article ANTI JOIN placed USING (article_id)),
judged AS (
    SELECT article_id, arg_max(relevant, (version, known_at)) AS relevant, arg_max(seo_bait, (version, known_at)) AS seo_bait
    FROM relevance SEMI JOIN unplaced USING (article_id) GROUP BY article_id),
said AS (
    SELECT article_id, arg_max(holds, known_at) AS holds
    FROM label SEMI JOIN unplaced USING (article_id) WHERE theme IS NULL GROUP BY article_id),
latest AS (
    SELECT article_id, max(version) AS version FROM article_version SEMI JOIN unplaced USING (article_id) GROUP BY article_id)
SELECT u.article_id, u.source_id, u.effective_at, (u.effective_at AT TIME ZONE 'UTC')::DATE AS day, l.version
FROM unplaced AS u JOIN judged AS j USING (article_id) JOIN latest AS l USING (article_id)
LEFT JOIN said AS s USING (article_id)
WHERE coalesce(s.holds, j.relevant) AND NOT coalesce(j.seo_bait, false)
ORDER BY day, u.effective_at, u.article_id
