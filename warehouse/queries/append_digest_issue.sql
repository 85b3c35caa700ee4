INSERT INTO digest_issue BY NAME SELECT * FROM batch ANTI JOIN digest_issue USING (week, language, content_hash)
