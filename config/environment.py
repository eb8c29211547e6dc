"""Reads environment variables; a wrong value ends the program with a sentence that names it."""

import importlib.util
import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

import environ

from core.redis import is_cluster, node_urls

_env = environ.Env()
OTEL = ("sdk", "exporter", "instrumentation")
MIN_KEY_LENGTH = 40
FILE_MAIL = "filemail://"
NAMES_IN_FILE = re.compile(r"(?m)^(?:export )?(\w+)=")
MIN_TOKEN_LENGTH = 20
MAX_CONNECTIONS = 1_000
# Seconds that a statement may take: of a page (config.web), and of a worker or command.
QUICK, LONG, MAX = 20, 3600, 7 * 24 * 3600
# A server behind a network that swallows everything is given up.
NETWORK = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,  # milliseconds
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
SENTINELS = "sentinel://:password@host:26379;sentinel://:password@host:26379"
GATEWAYS = {
    "stripe": ("SECRET_KEY", "WEBHOOK_SECRET"),
    "paypal": ("CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_ID"),
    "mercadopago": ("ACCESS_TOKEN", "WEBHOOK_SECRET", "COUNTRY"),
    "conekta": ("PRIVATE_KEY", "WEBHOOK_PUBLIC_KEY", "MODE"),
}


def read_file(path: Path) -> None:
    """Take variables from a .env file where the process has none of that name, or an empty one."""
    if not path.exists():
        return
    try:
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"vitrina: {path} cannot be read: {error}.")
    for name in NAMES_IN_FILE.findall(written):
        if not os.environ.get(name):
            os.environ.pop(name, None)
    environ.Env.read_env(path)


def refuse(name: str, fault: str) -> NoReturn:
    """:raises SystemExit: always, with one sentence that names the variable"""
    sys.exit(f"vitrina: {name} {fault}")


def text(name: str, default: str | None = None) -> str:
    value = str(_env.str(name, default="") or "")
    if value:
        return value
    if default is None:
        refuse(name, "is missing: see .env.example for what it is.")
    return default


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, default=str(int(default))).lower()
    if value not in TRUE + FALSE:
        refuse(name, "must be 1 or 0.")
    return value in TRUE


def names(name: str, default: str | None = None) -> list[str]:
    return [part.strip() for part in text(name, default=default).split(",") if part.strip()]


def packages(name: str) -> list[str]:
    """Apps of installed packages, or their AppConfigs."""
    found = names(name, default="")
    for each in found:
        if find_spec(each.partition(".")[0]) is None:
            refuse(name, f"names {each}, and no such package is installed.")
    return found


def origins(name: str) -> list[str]:
    """Sites of others, for a policy of what browsers may do."""
    found = names(name, default="")
    for each in found:
        if not _is_url(each, ("https", "http")) or urlsplit(each).path.strip("/"):
            refuse(name, f"names {each}: each has the form https://pay.example.com.")
    return found


def choice(name: str, known: Sequence[str], default: str) -> str:
    value = text(name, default=default)
    if value not in known:
        refuse(name, f"must be one of {', '.join(known)}.")
    return value


def number(name: str, *, default: int, most: int) -> int:
    value = text(name, default=str(default))
    if not value.isdecimal() or int(value) > most:
        refuse(name, f"must be a number from 0 to {most}.")
    return int(value)


def secret_key() -> str:
    value = text("SECRET_KEY")
    if len(value) < MIN_KEY_LENGTH:
        refuse("SECRET_KEY", f"is too short: it needs {MIN_KEY_LENGTH} characters or more.")
    return value


def old_secret_keys() -> list[str]:
    """Keys that sign nothing any more, and whose signatures count until they are taken out."""
    found = names("SECRET_KEY_FALLBACKS", default="")
    if any(len(key) < MIN_KEY_LENGTH for key in found):
        refuse("SECRET_KEY_FALLBACKS", f"has a key with less than {MIN_KEY_LENGTH} characters.")
    return found


def token(name: str) -> str:
    """Empty if unset; a value that can be guessed is refused."""
    value = text(name, default="")
    if value and (len(value) < MIN_TOKEN_LENGTH or not value.isascii()):
        refuse(name, f"is too short: it needs {MIN_TOKEN_LENGTH} plain characters or more.")
    return value


def admin_path() -> str:
    """Where the back office is: a name, or names with slashes between."""
    value = text("ADMIN_PATH", default="admin").strip("/")
    if not re.fullmatch(r"[\w-]+(?:/[\w-]+)*", value, re.ASCII):
        refuse("ADMIN_PATH", "is not a path such as office or office/of/the/shop.")
    return f"{value}/"


def url(name: str, *, schemes: Sequence[str], default: str | None = None) -> str:
    return _checked(name, text(name, default=default), schemes)


def otlp_endpoint() -> str:
    """Empty if tracing is off."""
    value = url("OTEL_EXPORTER_OTLP_ENDPOINT", schemes=("http", "https"), default="")
    if value and not all(importlib.util.find_spec(f"opentelemetry.{part}") for part in OTEL):
        refuse(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "needs packages that are missing: uv sync --extra otel."
        )
    return value


def search_url() -> str:
    """Empty where PostgreSQL searches."""
    value = url("SEARCH_URL", schemes=("http", "https"), default="")
    if value and not urlsplit(value).port:
        refuse("SEARCH_URL", "does not name a port: https://host:9200.")
    return value


def with_password(name: str, value: str) -> str:
    """
    The URL with the password of REDIS_PASSWORD, DATABASE_PASSWORD …, whatever its letters are.

    In the URL itself a password has to be percent-encoded.
    """
    password = text(name.replace("_URL", "_PASSWORD"), default="")
    if not password:
        return value
    scheme, mark, rest = value.partition("://")
    who, _at, place = rest.rpartition("@")
    return f"{scheme}{mark}{who.partition(':')[0]}:{quote(password, safe='')}@{place}"


def redis_url() -> str:
    """One server, or the nodes of a cluster."""
    value = with_password("REDIS_URL", text("REDIS_URL"))
    if not is_cluster(value):
        return _checked("REDIS_URL", value, ("redis", "rediss"))
    try:
        node_urls(value)
    except ValueError:
        refuse(
            "REDIS_URL", "does not name a cluster: redis+cluster://:password@host:7000,host:7001."
        )
    return value


def caches(location: str) -> dict[str, Any]:
    """The shared cache, which forgives a Redis that is away."""
    client = (
        {"CLIENT_CLASS": "core.redis.ClusterCacheClient"}
        if is_cluster(location)
        else {"CONNECTION_POOL_CLASS": "core.redis.BreakerPool"}
    )
    return {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": [location],
            "KEY_PREFIX": "cache",
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 0.5,
                "SOCKET_TIMEOUT": 1,
                **client,
            },
        }
    }


def broker_url(default: str) -> str:
    """Where tasks wait: a Redis server, or the Sentinels that know which one it is."""
    value = text("BROKER_URL", default="")
    if not value and is_cluster(default):
        refuse("BROKER_URL", "is missing: tasks cannot wait in the cluster of REDIS_URL.")
    if value.startswith("sentinel:"):
        if not all(_is_url(each, ("sentinel",)) for each in value.split(";")):
            refuse("BROKER_URL", f"does not name Sentinels: {SENTINELS}.")
        return value
    return url("BROKER_URL", schemes=("redis", "rediss"), default=default)


def broker_options(broker: str) -> dict[str, Any]:
    """Celery's options for Redis Sentinel."""
    if not broker.startswith("sentinel:"):
        return {}
    name = text("BROKER_MASTER", default="")
    if not name:
        refuse("BROKER_MASTER", "is missing: the name by which the Sentinels know the server.")
    password = text("BROKER_SENTINEL_PASSWORD", default="")
    waits = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return {
        "master_name": name,
        "sentinel_kwargs": waits | ({"password": password} if password else {}),
    }


def mongodb_url() -> str:
    """Empty where the log of the gateways stays in PostgreSQL."""
    value = with_password("MONGODB_URL", text("MONGODB_URL", default=""))
    if not value:
        return ""
    if not urlsplit(_checked("MONGODB_URL", value, ("mongodb", "mongodb+srv"))).path.strip("/"):
        refuse("MONGODB_URL", "does not name a database: mongodb://host:port/name.")
    return value


def databases() -> dict[str, Any]:
    """The primary and, where DATABASE_REPLICA_URL is given, a copy to read from."""
    found = {"default": _database("DATABASE_URL", text("DATABASE_URL"))}
    replica = text("DATABASE_REPLICA_URL", default="")
    if replica:
        # A node that does not answer is left out, so that pages do not wait for it.
        waits = {"connect_timeout": 2, "tcp_user_timeout": 3000}
        found["replica"] = _read_only(_database("DATABASE_REPLICA_URL", replica, **waits))
    return found


def database_owner() -> dict[str, Any]:
    """The connection of the role that owns the tables; empty where DATABASE_URL names it, too."""
    value = text("DATABASE_OWNER_URL", default="")
    return _database("DATABASE_OWNER_URL", value) if value else {}


def email_settings(folder: Path) -> dict[str, Any]:
    """EMAIL_HOST and its kin for Django, less the backend; `folder` is for mails that stay here."""
    found = {name: value for name, value in _email().items() if name.startswith("EMAIL_")}
    found["EMAIL_FILE_PATH"] = found.get("EMAIL_FILE_PATH") or str(folder)
    # A mail server that does not answer would keep a worker for ever.
    return {"EMAIL_TIMEOUT": 15} | found | {"EMAIL_BACKEND": "post_office.EmailBackend"}


def email_backend() -> str:
    """The backend that a worker hands waiting mails to."""
    return str(_email()["EMAIL_BACKEND"])


def gateways() -> dict[str, dict[str, str]]:
    """Keys of each payment gateway, empty where it is switched off."""
    return {
        gateway: {key: text(f"{gateway}_{key}".upper(), default="") for key in keys}
        | {"API_BASE": url(f"{gateway}_API_BASE".upper(), schemes=("https", "http"), default="")}
        for gateway, keys in GATEWAYS.items()
    }


def _email() -> dict[str, Any]:
    """Without a mail server mails become files: a log would show their links, which are keys."""
    value = text("EMAIL_URL", default=FILE_MAIL)
    if value.startswith("consolemail:"):
        value = FILE_MAIL
    try:
        return dict(_env.email_url_config(value))
    except Exception:  # noqa: BLE001 - the library raises what it likes; the sentence is the same
        refuse("EMAIL_URL", "is not a mail URL such as smtp+tls://user:password@host:587.")


def _checked(name: str, value: str, schemes: Sequence[str]) -> str:
    if value and not _is_url(value, schemes):
        refuse(name, f"is not a URL of the form {schemes[0]}://host….")
    return value


def _is_url(value: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _statement_timeout(given: Mapping[str, Any], is_shared: bool) -> dict[str, str]:
    """PgBouncer takes no options for its servers: there the role has it (docs/databases.md)."""
    seconds = number("STATEMENT_TIMEOUT", default=LONG, most=MAX)
    if is_shared or not seconds:
        return {}
    return {"options": f"-c statement_timeout={seconds}s {given.get('options', '')}".strip()}


def _database(name: str, value: str, **waits: int) -> dict[str, Any]:
    value = with_password(name, value)
    try:
        parts = urlsplit(value)
        is_right = parts.scheme in ("postgres", "postgresql") and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right:
        refuse(name, "is not a PostgreSQL URL: postgres://user:password@host:5432/name.")
    found = _env.db_url_config(value, engine="core.database.postgres")
    # Between transactions its servers change hands: nothing may be left on them.
    is_shared = boolean("DATABASE_PGBOUNCER", default=False)
    most = number("DATABASE_POOL", default=0, most=MAX_CONNECTIONS)
    pool = {"pool": {"min_size": 0, "max_size": most, "timeout": 5}} if most else {}
    given = found.get("OPTIONS", {})
    return {
        **found,
        "OPTIONS": {**pool, **NETWORK, **waits, **given, **_statement_timeout(given, is_shared)},
        "DISABLE_SERVER_SIDE_CURSORS": is_shared,
        "CONN_HEALTH_CHECKS": True,
        # Seconds for which a thread keeps its connection; a pool has its own mind.
        "CONN_MAX_AGE": 0 if pool else 60,
        "ATOMIC_REQUESTS": False,
    }


def _read_only(database: dict[str, Any]) -> dict[str, Any]:
    """Tests do not make it."""
    options = database["OPTIONS"]
    if "pool" in options:
        options = {**options, "pool": {**options["pool"], "timeout": 2}}
    return {**database, "OPTIONS": options, "TEST": {"MIRROR": "default"}}
