SELECT * FROM source_health WHERE enabled AND health NOT IN ('ok', 'new') ORDER BY failures DESC, source_id
