INSERT INTO source BY NAME SELECT * FROM batch ANTI JOIN source USING (source_id, known_at)
