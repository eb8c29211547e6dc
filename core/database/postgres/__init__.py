"""Django's backend for PostgreSQL, which the settings name."""
