INSERT INTO schema_version VALUES ($version, $name, $sha256, $now)
