INSERT INTO story_decision BY NAME SELECT * FROM batch ANTI JOIN story_decision USING (action, story_id, into_id, known_at)
