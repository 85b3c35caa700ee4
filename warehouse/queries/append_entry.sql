INSERT INTO entry BY NAME SELECT * FROM batch ANTI JOIN entry USING (article_id, text_hash, run_id)
