INSERT INTO run_end BY NAME SELECT * FROM batch ANTI JOIN run_end USING (run_id)
