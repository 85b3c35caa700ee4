SELECT a.article_id, a.effective_at, a.outlet, a.title, a.url, p.score, p.shared
FROM article_current AS a JOIN placement_at('infinity'::TIMESTAMPTZ) AS p USING (article_id)
WHERE a.story_id = $story ORDER BY a.effective_at, a.article_id
