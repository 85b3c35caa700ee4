INSERT INTO fingerprint BY NAME
SELECT unnest(string_split(values, ' '))::UBIGINT AS value, * EXCLUDE (values) FROM batch
