-- Stories that people decided about, and what a re-check parted.
SELECT 'decided' AS kind, story_id AS id, NULL::BIGINT AS of_id FROM story_decision
UNION SELECT 'decided', into_id, NULL FROM story_decision
UNION SELECT 'parted', into_id, story_id FROM story_event WHERE action = 'split'
