-- For each of these bodies: the article that was taken in with it first, and how many of each source carry it.
WITH carrying AS (
    SELECT body_hash, article_id, version, source_id, seq FROM placed
    WHERE seq < $first AND body_hash <> '' AND body_hash IN (SELECT unnest($hashes::VARCHAR[]))),
counted AS (SELECT body_hash, source_id, count(*) AS n FROM carrying GROUP BY ALL),
first AS (
    SELECT body_hash, arg_min(article_id, seq) AS article_id, arg_min(version, seq) AS version FROM carrying GROUP BY body_hash)
SELECT f.body_hash, f.article_id, a.effective_at, v.title, v.lang, any_value(c.sources) AS sources
FROM first AS f
JOIN (SELECT body_hash, map(list(source_id), list(n)) AS sources FROM counted GROUP BY body_hash) AS c USING (body_hash)
JOIN article AS a USING (article_id)
JOIN article_version AS v ON v.article_id = f.article_id AND v.version = f.version
GROUP BY f.body_hash, f.article_id, a.effective_at, v.title, v.lang
