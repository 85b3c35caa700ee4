INSERT INTO theme_tag BY NAME SELECT * FROM batch ANTI JOIN theme_tag USING (article_id, version, theme, rules_version)
