-- Rejected entries by source and reason
SELECT source_id, reason, sum(n) AS n, arg_max(example_title, known_at) AS example FROM rejection
GROUP BY ALL ORDER BY n DESC
