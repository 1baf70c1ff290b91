"""The database: engine, tables, migrations and content-addressed texts."""
