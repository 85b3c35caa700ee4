INSERT INTO fingerprint BY NAME SELECT unnest(values) AS value, * EXCLUDE (values) FROM batch
