INSERT INTO article_terms BY NAME SELECT * FROM batch
