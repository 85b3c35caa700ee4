-- What analysts decided about a story, and what the daily re-check changed (without an author), oldest first.
SELECT action, story_id, article_id, into_id, author, note, known_at FROM story_decision
WHERE story_id = $story OR into_id = $story
UNION ALL
SELECT action, story_id, article_id, into_id, NULL, reason || printf(' (%.2f, held against %.2f)', score, join_at), known_at
FROM story_event WHERE story_id = $story OR into_id = $story
ORDER BY known_at, story_id, article_id
