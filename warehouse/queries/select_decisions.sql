-- What analysts decided about a story, oldest first.
SELECT action, story_id, article_id, into_id, author, note, known_at FROM story_decision
WHERE story_id = $story OR into_id = $story ORDER BY known_at
