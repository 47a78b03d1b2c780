"""Alembic's scripts: each version of the schema, in order."""
