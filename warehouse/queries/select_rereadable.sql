-- Articles whose text another extractor read from their page, each with its latest entry (NULL for pages handed in).
SELECT a.article_id, a.first_seen_at, a.source_id AS article_source_id, a.url AS article_url, e.* EXCLUDE (article_id)
FROM article AS a
JOIN version_at('infinity'::TIMESTAMPTZ) AS v USING (article_id)
LEFT JOIN (
    SELECT * FROM entry WHERE outcome <> 'rejected'
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC, source_id) = 1) AS e USING (article_id)
WHERE v.text_from = 'page' AND v.extractor <> $extractor
ORDER BY a.article_id
