-- Every table and view with its comment
SELECT kind, name, comment FROM (
    SELECT 'view' AS kind, view_name AS name, comment FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT 'table', table_name, comment FROM duckdb_tables() WHERE NOT internal)
ORDER BY kind DESC, name
