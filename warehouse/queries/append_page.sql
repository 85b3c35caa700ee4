INSERT INTO page BY NAME SELECT * FROM batch ANTI JOIN page USING (run_id, article_id)
