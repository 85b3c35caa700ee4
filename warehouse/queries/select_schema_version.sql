SELECT sha256 FROM schema_version WHERE version = $version
