INSERT INTO source_poll BY NAME SELECT * FROM batch ANTI JOIN source_poll USING (run_id, source_id)
