INSERT INTO duplicate_group BY NAME SELECT * FROM batch
