INSERT INTO story_recheck BY NAME SELECT * FROM batch ANTI JOIN story_recheck USING (known_at)
