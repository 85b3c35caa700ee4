CREATE TABLE IF NOT EXISTS schema_version (version INTEGER, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMPTZ);
COMMENT ON TABLE schema_version IS 'Migrations applied to this file.';
COMMENT ON COLUMN schema_version.version IS 'Number of the migration.';
COMMENT ON COLUMN schema_version.name IS 'Its file name.';
COMMENT ON COLUMN schema_version.sha256 IS 'Hash of the file when it was applied.';
COMMENT ON COLUMN schema_version.applied_at IS 'When.';
