INSERT INTO entity_mention BY NAME SELECT * FROM batch
ANTI JOIN entity_mention USING (article_id, version, entity, field, start_offset, rules_version)
