SELECT state, count(*) AS n FROM (
    SELECT * FROM outbox QUALIFY row_number() OVER
        (PARTITION BY week, language, recipient ORDER BY attempt DESC, known_at DESC, state = 'sending') = 1)
GROUP BY state ORDER BY state
