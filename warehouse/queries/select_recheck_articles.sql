-- Articles of the stories that had one since $since, as far back as $from_at, with the story each is in now and the one
-- it was placed in, and whether its own id ever meant a story.
WITH held AS (
    SELECT a.article_id, a.effective_at, p.story_id, p.placed_in
    FROM article AS a JOIN placement_at('infinity'::TIMESTAMPTZ) AS p USING (article_id)
    WHERE a.effective_at BETWEEN $from_at AND $until)
SELECT h.article_id, h.story_id, h.placed_in,
    h.article_id IN (SELECT story_id FROM story_member UNION ALL SELECT into_id FROM story_event) AS opener
FROM held AS h JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r USING (article_id)
WHERE h.story_id IN (SELECT story_id FROM held WHERE effective_at >= $since) AND r.relevant AND NOT r.seo_bait
ORDER BY h.effective_at, h.article_id
