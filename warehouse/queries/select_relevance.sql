-- Is an article about Peru, as it counts now, labels included?
SELECT relevant FROM relevance_at('infinity'::TIMESTAMPTZ) WHERE article_id = $id
