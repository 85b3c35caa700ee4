INSERT INTO term_count BY NAME
SELECT unnest(string_split(terms, '|')) AS term, unnest(string_split(articles, ' '))::INTEGER AS articles,
    * EXCLUDE (terms, articles)
FROM batch
