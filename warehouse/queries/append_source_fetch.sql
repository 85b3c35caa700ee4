INSERT INTO source_fetch BY NAME SELECT * FROM batch ANTI JOIN source_fetch USING (run_id, source_id)
