INSERT INTO host_pause BY NAME SELECT * FROM batch ANTI JOIN host_pause USING (host, not_before_at)
