SELECT d.relation, d.similarity, d.detail, a.outlet, a.title, a.url FROM duplicate AS d
JOIN article_current AS a ON a.article_id = if(d.article_id = $id, d.of_id, d.article_id)
WHERE d.article_id = $id OR d.of_id = $id ORDER BY d.similarity DESC
