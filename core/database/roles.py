"""
PostgreSQL's two roles: the owner changes tables, the application only rows (docs/databases.md).

DATABASE_URL names the application's role, DATABASE_OWNER_URL the owner. Where the second is empty
one role is both: triggers still keep the facts, but that role may drop the triggers.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from core.database.models import keeps

# Rows of these are written by `migrate` alone.
READ_ONLY = {"django_migrations"}
# Its triggers are plain SQL: `audit_erase` changes its rows, `audit_drop_before` drops its months.
APPEND_ONLY = {"audit_entry"}
# What the application may call although it changes what only the owner may.
DEFINERS = (
    "months_create_ahead(text, int)",
    "months_drop_before(text, timestamptz)",
    "audit_create_ahead(int)",
    "audit_drop_before(int)",
    "audit_erase(uuid, text[], text[])",
)
# pgtrigger's own lets every session switch its triggers off by a setting; this one the owner's.
IGNORE_FOR_THE_OWNER = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    ignored CONSTANT text := nullif(current_setting('pgtrigger.ignore', true), '');
BEGIN
    RETURN ignored IS NOT NULL AND trigger_name = ANY (ignored::text[])
        AND pg_has_role(current_user, (SELECT relowner FROM pg_class
                                       WHERE oid = 'public.django_migrations'::regclass), 'USAGE');
END $$;
"""
PROBLEMS = """
SELECT rolsuper,
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relkind IN ('r', 'p') AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')),
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relkind IN ('r', 'p') AND has_table_privilege(pg_roles.oid, oid, 'TRUNCATE'))
FROM pg_roles WHERE rolname = coalesce(nullif(%s, ''), current_user)
"""


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, this thread's connection is the owner's, where DATABASE_OWNER_URL names one."""
    if not settings.DATABASE_OWNER:
        yield
        return
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = {**before, **settings.DATABASE_OWNER}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


def application_role() -> str:
    """The role of DATABASE_URL; empty where PostgreSQL uses the system user's name."""
    return str(connections.settings["default"]["USER"])


def grant(role: str = "") -> None:
    """
    Give the application's role its rights, and make it if it is missing. Twice is once.

    Does nothing where that role is the owner itself.
    """
    role = role or application_role()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IGNORE_FOR_THE_OWNER)
        cursor.execute("SELECT current_user")
        if role in ("", cursor.fetchone()[0]):
            return
        _make(cursor, role)
        name = sql.Identifier(role)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            # Tables of later migrations are writable as soon as they exist.
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
            *(f"GRANT EXECUTE ON FUNCTION {each} TO {{}}" for each in DEFINERS),
        ):
            cursor.execute(sql.SQL(statement).format(name))
        _grant_changes(cursor, name)


def database_role_problems(role: str = "") -> list[str]:
    """
    What the application's role may that it should not; empty if all is well.

    :raises DatabaseError: if the database does not answer
    """
    role = role or application_role()
    with connection.cursor() as cursor:
        cursor.execute(PROBLEMS, [role])
        is_superuser, owns, truncates = cursor.fetchone() or (False, False, False)
    if is_superuser:
        return [f"The role {role} of DATABASE_URL is a superuser of PostgreSQL."]
    if owns:
        return [f"The role {role} of DATABASE_URL owns the shop's tables."]
    return [f"The role {role} of DATABASE_URL may empty tables."] if truncates else []


def _make(cursor: CursorWrapper, role: str) -> None:
    """With the password of DATABASE_URL, which travels as its hash."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone():
        return
    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    if password := str(connections.settings["default"]["PASSWORD"]):
        server = connection.connection.pgconn
        known = server.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        cursor.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(known.decode())
            )
        )


def _grant_changes(cursor: CursorWrapper, role: sql.Identifier) -> None:
    """UPDATE and DELETE, table by table: partitions are written by their parents' rights alone."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    tables = {str(name) for (name,) in cursor.fetchall()} - READ_ONLY - APPEND_ONLY
    models = [model for model in apps.get_models() if not model._meta.proxy]
    kept = {model._meta.db_table: keeps(model) for model in models}
    for table in sorted(tables):
        rows, columns = kept.get(table, (False, None))
        rights: list[sql.Composable] = [] if rows else [sql.SQL("DELETE")]
        if columns is None:
            rights.append(sql.SQL("UPDATE"))
        elif columns:
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            rights.append(sql.SQL("UPDATE ({})").format(names))
        if rights:
            cursor.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL(", ").join(rights), sql.Identifier(table), role
                )
            )
