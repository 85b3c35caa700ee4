-- Every version was judged about Peru or not.
SELECT v.article_id, v.version FROM article_version AS v ANTI JOIN relevance AS r USING (article_id, version)
