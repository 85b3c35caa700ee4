INSERT INTO story_event BY NAME SELECT * FROM batch ANTI JOIN story_event USING (action, story_id, into_id, known_at)
