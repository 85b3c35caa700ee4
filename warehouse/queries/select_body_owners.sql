-- Which article had a text first.
SELECT v.body_hash, arg_min(v.article_id, (a.effective_at, v.article_id)) AS article_id
FROM article_version AS v JOIN article AS a USING (article_id)
WHERE v.body_hash <> '' AND v.body_hash IN (SELECT unnest($hashes::VARCHAR[])) GROUP BY v.body_hash
