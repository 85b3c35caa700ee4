INSERT INTO attempt BY NAME SELECT * FROM batch ANTI JOIN attempt USING (run_id, source_id)
