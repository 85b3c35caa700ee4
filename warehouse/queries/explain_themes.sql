SELECT e.theme, t.score, e.pattern, e.field, e.start_offset, e.end_offset, e.matched, e.weight
FROM theme_evidence AS e JOIN theme_tag AS t USING (article_id, version, theme, rules_version)
WHERE e.article_id = $id AND e.version = $version AND e.rules_version = $rules
ORDER BY t.score DESC, e.theme, e.weight DESC, e.start_offset
