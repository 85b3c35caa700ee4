-- Are the themes of these rules known?
SELECT theme FROM theme WHERE rules_version = $rules_version LIMIT 1
