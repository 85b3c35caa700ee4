-- In how many articles of its days an idf found each of the terms that it was made for; the empty term is all of them.
SELECT lang, shared, string_agg(term, '|') AS terms, list(articles) AS articles
FROM (
    SELECT t.lang, t.shared, t.term, sum(t.articles)::BIGINT AS articles
    FROM term_count AS t
    WHERE t.day BETWEEN (SELECT since_on FROM idf WHERE idf_version = $version)
        AND (SELECT until_on FROM idf WHERE idf_version = $version) AND t.idf_version <= $version
    GROUP BY t.lang, t.shared, t.term HAVING bool_or(t.idf_version = $version))
GROUP BY lang, shared
