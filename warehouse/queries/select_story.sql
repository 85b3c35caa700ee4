-- A story by its id or that of one of its articles; also under an id that was merged away.
SELECT s.* FROM story_at('infinity'::TIMESTAMPTZ) AS s
WHERE s.story_id = coalesce(
    (SELECT into_id FROM merged_at('infinity'::TIMESTAMPTZ) WHERE story_id = $id),
    (SELECT story_id FROM placement_at('infinity'::TIMESTAMPTZ) WHERE story_id = $id LIMIT 1),
    (SELECT story_id FROM placement_at('infinity'::TIMESTAMPTZ) WHERE article_id = $id), $id)
