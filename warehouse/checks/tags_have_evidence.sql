-- No theme without the words that earned it.
SELECT t.article_id, t.version, t.theme FROM (SELECT * FROM theme_tag WHERE unchecked(known_at)) AS t
ANTI JOIN theme_evidence AS e USING (article_id, version, theme, rules_version)
