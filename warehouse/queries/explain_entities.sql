SELECT entity, kind, field, start_offset, end_offset, matched FROM entity_mention
WHERE article_id = $id AND version = $version AND rules_version = $rules
ORDER BY list_position(['title', 'lead', 'body'], field), start_offset, entity
