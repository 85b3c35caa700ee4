SELECT v.title, v.summary, v.body, v.section, v.lang, a.url, a.source_id, s.prior
FROM article_version AS v JOIN article AS a USING (article_id)
LEFT JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = a.source_id
WHERE v.article_id = $id AND v.version = $version
