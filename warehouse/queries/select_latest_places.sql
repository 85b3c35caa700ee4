-- Where the latest version of each article stands (row numbers of article_version), with the rules that judged it last.
SELECT v.rowid AS place, r.rules_version
FROM article AS a
JOIN (SELECT rowid, article_id FROM article_version
      QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC) = 1) AS v USING (article_id)
LEFT JOIN (SELECT article_id, rules_version FROM relevance
           QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC, known_at DESC) = 1) AS r
    USING (article_id)
WHERE a.effective_at >= coalesce($since::TIMESTAMPTZ, '-infinity'::TIMESTAMPTZ)
ORDER BY place
