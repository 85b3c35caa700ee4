INSERT INTO story_member BY NAME SELECT * FROM batch ANTI JOIN story_member USING (article_id, story_id, known_at)
