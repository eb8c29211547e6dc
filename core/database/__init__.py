"""PostgreSQL: base models, roles, the replica, prepared statements, migration locks."""
