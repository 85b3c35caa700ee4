-- Relations of these kinds that any of these articles has.
SELECT article_id, of_id, relation, similarity FROM duplicate
WHERE list_contains($relations::VARCHAR[], relation)
    AND (article_id IN (SELECT unnest($ids::BIGINT[])) OR of_id IN (SELECT unnest($ids::BIGINT[])))
