INSERT INTO theme BY NAME SELECT * FROM batch ANTI JOIN theme USING (theme, rules_version)
