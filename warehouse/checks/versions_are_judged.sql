-- Every version was judged about Peru or not.
SELECT v.article_id, v.version FROM (SELECT * FROM article_version WHERE unchecked(known_at)) AS v ANTI JOIN relevance AS r USING (article_id, version)
