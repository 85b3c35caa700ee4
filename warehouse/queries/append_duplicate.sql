INSERT INTO duplicate BY NAME SELECT * FROM batch ANTI JOIN duplicate USING (article_id, of_id, relation)
