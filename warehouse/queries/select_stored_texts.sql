-- Versions standing between two row numbers, as the rules read them, and what the rules said of them last.
SELECT v.rowid AS place, v.article_id, v.version, v.title, v.summary, v.body, v.section, v.lang, a.url, a.source_id, a.effective_at,
    s.outlet, s.prior, r.relevant, r.rules_version,
    coalesce((SELECT list(t.theme ORDER BY t.score DESC, t.theme) FROM theme_tag AS t
              WHERE t.article_id = v.article_id AND t.version = v.version AND t.rules_version = r.rules_version), []) AS themes
FROM article_version AS v
JOIN article AS a USING (article_id)
LEFT JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = a.source_id
LEFT JOIN (SELECT article_id, version, relevant, rules_version FROM relevance
           QUALIFY row_number() OVER (PARTITION BY article_id, version ORDER BY known_at DESC) = 1) AS r
    ON r.article_id = v.article_id AND r.version = v.version
WHERE v.rowid BETWEEN $first AND $last
ORDER BY place
