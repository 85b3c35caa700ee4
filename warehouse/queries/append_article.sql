INSERT INTO article BY NAME SELECT * FROM batch ANTI JOIN article USING (article_id)
