DELETE FROM schema_version WHERE version = $version
