-- Articles of the stories that had one since $since, as far back as $from_at, with the story each is in now and the one
-- it was placed in.
WITH placement AS (SELECT article_id, story_id, placed_in FROM placement_at('infinity'::TIMESTAMPTZ)),
active AS (
    SELECT DISTINCT p.story_id FROM article AS a JOIN placement AS p USING (article_id)
    WHERE a.effective_at BETWEEN $since AND $until),
held AS (
    SELECT a.article_id, a.effective_at, p.story_id, p.placed_in
    FROM article AS a JOIN placement AS p USING (article_id) SEMI JOIN active USING (story_id)
    WHERE a.effective_at BETWEEN $from_at AND $until)
SELECT h.article_id, h.story_id, h.placed_in
FROM held AS h JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r USING (article_id)
WHERE r.relevant AND NOT r.seo_bait
ORDER BY h.effective_at, h.article_id
