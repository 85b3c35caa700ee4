INSERT INTO robots BY NAME SELECT * FROM batch ANTI JOIN robots USING (host, fetched_at)
