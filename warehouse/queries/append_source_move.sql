INSERT INTO source_move BY NAME SELECT * FROM batch ANTI JOIN source_move USING (run_id, source_id)
