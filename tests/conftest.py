"""Servers for the whole run, and an empty Redis for every test."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from math import inf
from pathlib import Path
from typing import Any

import django
import pytest
from _pytest.nodeid import NodeId
from constance import config
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pymongo import MongoClient
from pymongo.database import Database
from redis import Redis

from config.processes import Supervisor
from config.translations import compile_outdated
from core.caching import values
from core.caching.ttl import TTLCache
from core.redis import connect
from pagecache import fragments
from simulator.server import Server
from tests import elastic, emptying, fault_table, jinja_signals, nplusone, schema, servers
from tests.mailbox import Mailbox
from tests.secrets import SECRET

_until_the_end = ExitStack()
# A busy machine is slow, and that says nothing of what is tested.
hypothesis.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("calm")


def pytest_configure() -> None:
    """
    Start the servers before anything reads the settings, which insist on their URLs.

    That is why pyproject.toml does not name the settings for pytest: pytest-django would read
    them earlier. Under xdist the first process starts the servers and the others inherit them.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ.update(servers.own_databases(worker, os.environ))
    else:
        servers.start(_until_the_end)
        schema.prepare()
        compile_outdated()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    # That a hash is slow by design is Django's to prove.
    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 64
    # What `make run` has collected may be older than the sources, and servers of tests prefer it.
    settings.STATIC_ROOT = str(servers.FOLDER / "static")
    schema.copy_for_tests()
    emptying.instead_of_flush()
    jinja_signals.connect()
    nplusone.prepare()
    # Processes of xdist inherit our environment, and pytest-django would read the settings there
    # before this function has named their own databases.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_collection() -> None:
    """Hardly anybody looks for garbage among what is made now: thousands of tests, which stay."""
    gc.set_threshold(100_000)


def pytest_itemcollected(item: pytest.Item) -> None:
    """
    What a file's tests share is made once, for one process runs them all.

    So it does those without a database, which take no time: to hand each out alone takes longer.
    """
    assert isinstance(item, pytest.Function)
    found = item._fixtureinfo.name2fixturedefs
    is_shared = any(each[-1].scope == "module" for each in found.values())
    database = item.get_closest_marker("django_db")
    has_database = database or "db" in found
    if not item.get_closest_marker("xdist_group") and (is_shared or not has_database):
        name = item.path.relative_to(Path(__file__).parent).with_suffix("").as_posix()
        # Tests that empty the tables run last: in a group with others they would run among these.
        if (database and database.kwargs.get("transaction")) or "transactional_db" in found:
            name += " in real transactions"
        item.add_marker(pytest.mark.xdist_group(name))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    What takes longest comes first, so that nobody waits for it at the end.

    What empties the tables for good comes last, behind anyone who needs the rows of the migrations.
    """
    items.sort(key=lambda item: item.get_closest_marker("whole_shop") is None)
    items.sort(key=lambda item: item.get_closest_marker("empties_tables") is not None)
    # xdist 3.8 writes a test's group where pytest 9.2 does not read it: pytest-xdist's issue 1386.
    for item in items:
        if named := vars(item).get("_nodeid"):
            item._id = NodeId.parse(named)


def pytest_collection_finish() -> None:
    """
    Nobody looks for garbage among what stays until the end: the program, and thousands of tests.

    To look through it again and again takes an eighth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how each fault went at each provider, where the matrix was run."""
    table = fault_table.of(terminalreporter.stats)
    if table:
        terminalreporter.section("Faults of payment providers")
        terminalreporter.write_line(table)


def pytest_unconfigure() -> None:
    """Stop the servers, also after Ctrl-C."""
    _until_the_end.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """This process's own database in Valkey, behind the back of the code under test."""
    with connect(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(autouse=True)
def _no_questions_row_by_row(request: pytest.FixtureRequest) -> None:
    """No page, task or handler asks the database for each row again: see tests/nplusone.py."""
    nplusone.in_folder(request.path.relative_to(Path(__file__).parent).parts[0])


@pytest.fixture(autouse=True)
def _empty_redis(redis_server: Redis) -> None:
    redis_server.flushdb()


@pytest.fixture(autouse=True)
def _fresh_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of another, nor does the clock decide how many queries it makes."""
    backend = config._backend
    monkeypatch.setattr(backend, "lifetime", inf)
    backend.forget()


class NeverStores(dict[str, Any]):
    """A cache that stores nothing."""

    def __setitem__(self, key: str, value: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def _no_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has changed is so at once, and no test knows what another has read."""
    monkeypatch.setattr(TTLCache, "lifetime", -1)
    TTLCache.clear_all()
    monkeypatch.setattr(values, "local", NeverStores())
    monkeypatch.setattr(fragments, "SECONDS", 0)


@pytest.fixture(autouse=True)
def _in_the_shops_language() -> None:
    """A page that was asked for in English leaves its language behind, as on a real thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def demo(settings: Any) -> None:
    """Staff of the demo need no second factor."""
    settings.DEMO = True


@pytest.fixture
def warm_memory(_no_caches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read once stays at hand for the whole test, as in a shop that is never empty."""
    monkeypatch.setattr(TTLCache, "lifetime", inf)


@pytest.fixture(scope="session")
def _elasticsearch_server() -> Iterator[tuple[str, elastic.Cluster]]:
    with elastic.running() as server:
        yield server


@pytest.fixture
def elasticsearch(
    _elasticsearch_server: tuple[str, elastic.Cluster], settings: Any, db: None
) -> elastic.Cluster:
    """The shop searches in our small Elasticsearch, with an index of what there is."""
    from catalog.search.fallback import circuit  # noqa: PLC0415 - needs the settings

    circuit.worked()
    url, cluster = _elasticsearch_server
    cluster.reset()
    settings.SEARCH_URL = url
    call_command("reindex_search", stdout=StringIO())
    cluster.requests.clear()
    return cluster


@pytest.fixture
def mongo() -> Iterator[Database[dict[str, Any]]]:
    """This process's own MongoDB database, empty."""
    with MongoClient[dict[str, Any]](os.environ["MONGODB_URL"]) as client:
        database = client.get_default_database()
        client.drop_database(database.name)
        yield database


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path) as supervisor:
        yield supervisor


@pytest.fixture
def simulator(settings: Any) -> Iterator[Server]:
    """The provider, running; nobody delivers its webhooks unless a test does."""
    with Server(secret=SECRET) as server:
        settings.DEMO = True
        settings.SIMULATOR_API_BASE = server.url
        settings.SIMULATOR_SECRET = SECRET
        yield server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        smtp = {"default": "django.core.mail.backends.smtp.EmailBackend"}
        settings.POST_OFFICE = settings.POST_OFFICE | {"BACKENDS": smtp}
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield mailbox
