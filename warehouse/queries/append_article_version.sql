INSERT INTO article_version BY NAME SELECT * FROM batch ANTI JOIN article_version USING (article_id, version)
