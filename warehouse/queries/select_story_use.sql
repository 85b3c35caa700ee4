-- Was this id ever that of a story?
SELECT count(*) AS n FROM (
    SELECT story_id FROM story_member WHERE story_id = $id
    UNION ALL SELECT into_id FROM story_decision WHERE into_id = $id
    UNION ALL SELECT into_id FROM story_event WHERE into_id = $id)
