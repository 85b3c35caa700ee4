INSERT INTO rejection BY NAME SELECT * FROM batch ANTI JOIN rejection USING (run_id, source_id, reason)
