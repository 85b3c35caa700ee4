-- What two sources published around an instant: shows which passages are page furniture.
SELECT article_id, source_id, owner, lang, effective_at, title, summary, compared(body) AS body, story_id
FROM article_at('infinity'::TIMESTAMPTZ)
WHERE effective_at BETWEEN $since AND $until AND list_contains($sources::VARCHAR[], source_id)
ORDER BY effective_at, article_id
