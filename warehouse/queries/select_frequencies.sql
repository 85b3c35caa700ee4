-- In how many articles of its days an idf found each of the terms that it was made for; the empty term is all of them.
WITH asked AS (SELECT idf_version, since_on, until_on FROM idf WHERE idf_version = $version),
wanted AS (SELECT DISTINCT lang, shared, term FROM term_count WHERE idf_version = $version)
SELECT lang, shared, string_agg(term, '|') AS terms, string_agg(articles, ' ') AS articles
FROM (
    SELECT t.lang, t.shared, t.term, sum(t.articles)::BIGINT AS articles
    FROM term_count AS t SEMI JOIN wanted AS w ON w.term = t.term AND w.lang = t.lang AND w.shared = t.shared
    WHERE t.day BETWEEN (SELECT since_on FROM asked) AND (SELECT until_on FROM asked) AND t.idf_version <= $version
    GROUP BY t.lang, t.shared, t.term)
GROUP BY lang, shared
