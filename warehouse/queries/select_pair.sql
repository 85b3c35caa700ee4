-- Two articles as grouping sees them.
SELECT article_id, source_id, owner, outlet, lang, effective_at, title, summary, compared(body) AS body, story_id, url
FROM article_at('infinity'::TIMESTAMPTZ) WHERE article_id IN ($one, $other)
ORDER BY effective_at, article_id
