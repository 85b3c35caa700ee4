INSERT INTO recheck BY NAME SELECT * FROM batch ANTI JOIN recheck USING (run_id, article_id)
