-- The latest version held of the given articles, all of whose versions lie between two row numbers.
SELECT v.article_id, v.version, v.title, v.summary, v.body, v.authors, v.byline_org, v.text_from, v.text_hash,
    v.partial, v.extractor, a.effective_at
FROM article_version AS v JOIN article AS a USING (article_id)
WHERE v.rowid BETWEEN $first AND $last AND v.article_id IN (SELECT unnest($ids::BIGINT[]))
QUALIFY row_number() OVER (PARTITION BY v.article_id ORDER BY v.version DESC) = 1
