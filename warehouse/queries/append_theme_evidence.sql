INSERT INTO theme_evidence BY NAME SELECT * FROM batch
ANTI JOIN theme_evidence USING (article_id, version, theme, pattern, field, start_offset, rules_version)
