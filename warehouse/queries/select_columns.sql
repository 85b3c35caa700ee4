SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND NOT internal AND database_name = current_database()
ORDER BY column_index
