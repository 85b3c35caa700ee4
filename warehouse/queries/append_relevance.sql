INSERT INTO relevance BY NAME SELECT * FROM batch ANTI JOIN relevance USING (article_id, version, rules_version, known_at)
