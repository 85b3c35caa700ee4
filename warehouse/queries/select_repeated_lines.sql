-- Lines that stand on more than 30 % of the last 50 articles of a source (at least 10), by source.
WITH recent AS (
    SELECT a.source_id, v.rowid AS place
    FROM article_version AS v JOIN article AS a USING (article_id)
    WHERE v.known_at >= $since AND v.version = 1
    QUALIFY row_number() OVER (PARTITION BY a.source_id ORDER BY v.known_at DESC, v.article_id) <= 50),
sized AS (SELECT source_id, count(*) AS articles FROM recent GROUP BY source_id HAVING articles >= 10),
line AS (
    SELECT DISTINCT r.source_id, r.place, trim(unnest(string_split(v.summary || chr(10) || v.body, chr(10)))) AS text
    FROM recent AS r JOIN sized USING (source_id) JOIN article_version AS v ON v.rowid = r.place),
often AS (
    SELECT l.source_id, l.text FROM line AS l JOIN sized AS s USING (source_id)
    WHERE l.text <> '' GROUP BY l.source_id, l.text HAVING count(*) > 0.3 * any_value(s.articles))
SELECT source_id, list(text ORDER BY text) AS lines FROM often GROUP BY source_id
