INSERT INTO placed BY NAME SELECT * FROM batch ANTI JOIN placed USING (article_id)
