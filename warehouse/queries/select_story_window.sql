-- Relevant articles of the window with their story, for grouping.
SELECT article_id, source_id, owner, lang, effective_at, title, summary, body[:6000] AS body, story_id
FROM article_at('infinity'::TIMESTAMPTZ)
WHERE effective_at >= $since AND effective_at <= $until AND story_id IS NOT NULL AND NOT seo_bait
ORDER BY effective_at, article_id
