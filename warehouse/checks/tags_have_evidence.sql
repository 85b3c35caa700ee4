-- No theme without the words that earned it.
SELECT t.article_id, t.version, t.theme FROM theme_tag AS t
ANTI JOIN theme_evidence AS e USING (article_id, version, theme, rules_version)
