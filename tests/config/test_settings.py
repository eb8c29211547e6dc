"""What the settings refuse: one sentence that names the variable, and no start."""

import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.config.forking import programs

COMPLETE = {
    "DEBUG": "0",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "shop.example.com",
    "DATABASE_URL": "postgres://shop:secret@127.0.0.1:1/shop",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "MONGODB_URL": "mongodb://127.0.0.1:1/shop",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
READ_THEM = "from config import settings; print(settings.DEBUG)"
INHERITED = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    with programs(tmp_path_factory.mktemp("programs"), INHERITED) as found:

        def read(environment: dict[str, str], code: str = READ_THEM) -> Any:
            return found.run(code, INHERITED | environment)

        yield read


def test_the_necessary_variables_are_enough(start: Start) -> None:
    result = start(COMPLETE)

    assert result.stderr == ""
    assert result.stdout == "False\n"


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_variable_is_named(name: str, start: Start) -> None:
    result = start({key: value for key, value in COMPLETE.items() if key != name})

    _assert_one_sentence_about(name, result)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "shop.example.com"),
        ("DATABASE_URL", "mysql://shop@localhost/shop"),
        ("DATABASE_URL", "postgres://shop@localhost:port/shop"),
        ("DATABASE_REPLICA_URL", "copy"),
        ("DATABASE_POOL", "many"),
        ("DATABASE_POOL", "-1"),
        ("DATABASE_POOL", "1001"),
        ("DATABASE_PGBOUNCER", "perhaps"),
        ("REDIS_URL", "localhost"),
        ("REDIS_URL", "http://localhost/0"),
        ("REDIS_URL", "redis+cluster://localhost"),
        ("REDIS_URL", "redis+cluster://a:7000,b"),
        ("REDIS_URL", "redis+cluster://a:7000,b:port"),
        ("REDIS_URL", "redis+cluster://a:7000,b:7001/3"),
        ("BROKER_URL", "amqp://localhost"),
        ("BROKER_URL", "redis+cluster://a:7000"),
        ("BROKER_URL", "sentinel://a:26379;redis://b:6379"),
        ("MONGODB_URL", "localhost"),
        ("MONGODB_URL", "mongodb://localhost"),
        ("DEFAULT_LANGUAGE", "klingon"),
        ("SEARCH_URL", "search"),
        ("SEARCH_URL", "https://search.example.com"),
        ("EMAIL_URL", "nobody"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("SENTRY_DSN", "sentry"),
        ("METRICS_TOKEN", "guess"),
        ("BACKUP_KEY", "guess"),
        ("BACKUP_KEEP", "all"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
        ("STRIPE_API_BASE", "simulator"),
        ("EXTRA_APPS", "no_such_package.apps.Config"),
        ("PAYMENT_PAGES", "pay.example.com"),
        ("PAYMENT_PAGES", "https://pay.example.com/page"),
    ],
)
def test_a_malformed_variable_is_named(name: str, value: str, start: Start) -> None:
    result = start(COMPLETE | {name: value})

    _assert_one_sentence_about(name, result)


def test_a_cluster_needs_another_place_for_tasks(start: Start) -> None:
    cluster = COMPLETE | {"REDIS_URL": "rediss+cluster://:secret@a:7000,b:7001"}

    without, with_one = start(cluster), start(cluster | {"BROKER_URL": "redis://tasks:6379/0"})

    _assert_one_sentence_about("BROKER_URL", without)
    assert with_one.stdout == "False\n", with_one.stderr


def test_sentinels_need_the_name_of_the_server(start: Start) -> None:
    watched = COMPLETE | {"BROKER_URL": "sentinel://:secret@a:26379;sentinel://:secret@b:26379"}

    without, with_one = start(watched), start(watched | {"BROKER_MASTER": "tasks"})

    _assert_one_sentence_about("BROKER_MASTER", without)
    assert with_one.stdout == "False\n", with_one.stderr


BUCKETS = {
    "S3_MEDIA_BUCKET": "pictures",
    "S3_MEDIA_URL": "https://media.example.com/pictures/",
    "S3_PRIVATE_BUCKET": "papers",
    "S3_ENDPOINT_URL": "https://s3.example.com",
}
READ_FILES = """
import sys
from config import settings
from django.core.files.storage import default_storage
print(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"][2:])
print(default_storage.url("products/sofá.webp"), "boto3" in sys.modules)
"""


def test_pictures_in_a_bucket_are_shown_from_there(start: Start) -> None:
    result = start(COMPLETE | BUCKETS, READ_FILES)

    assert result.stdout.splitlines() == [
        "['https://media.example.com']",
        "https://media.example.com/pictures/products/sof%C3%A1.webp True",
    ]


def test_who_has_no_bucket_loads_nothing_for_it(start: Start) -> None:
    result = start(COMPLETE, READ_FILES)

    assert result.stdout.splitlines() == ["[]", "/media/products/sof%C3%A1.webp False"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("S3_MEDIA_URL", ""), ("S3_MEDIA_URL", "media.example.com")),
        *(("S3_PRIVATE_BUCKET", ""), ("S3_PRIVATE_BUCKET", "pictures")),
        ("S3_ENDPOINT_URL", "s3.example.com"),
    ],
)
def test_buckets_are_named_completely_or_not_at_all(name: str, value: str, start: Start) -> None:
    result = start(COMPLETE | BUCKETS | {name: value})

    _assert_one_sentence_about(name, result)


def test_only_with_a_replica_anything_is_read_from_one(start: Start) -> None:
    ask = "from config import settings; print(settings.DATABASE_ROUTERS, *settings.DATABASES)"
    url = {"DATABASE_REPLICA_URL": "postgres://shop:secret@127.0.0.1:2/shop"}

    assert start(COMPLETE, ask).stdout == "[] default\n"
    assert start(COMPLETE | url, ask).stdout == "['core.database.replica.Router'] default replica\n"


def test_a_password_may_have_any_letters(start: Start) -> None:
    ask = (
        "from config import settings as s; from redis.connection import parse_url;"
        "from pymongo.uri_parser import parse_uri;"
        "print(s.DATABASES['default']['PASSWORD'], s.DATABASE_OWNER['PASSWORD'],"
        " parse_url(s.REDIS_URL)['password'], parse_uri(s.MONGODB_URL)['password'])"
    )
    odd = "p@s/s:w#o%r?d"
    given = {
        "DATABASE_URL": "postgres://shop@db/shop",
        "DATABASE_OWNER_URL": "postgres://owner@db/shop",
        "REDIS_URL": "redis://cache:6379/0",
        "MONGODB_URL": "mongodb://shop@log/shop",
    }
    passwords = {name.replace("_URL", "_PASSWORD"): odd for name in given}

    assert start(COMPLETE | given | passwords, ask).stdout == f"{odd} {odd} {odd} {odd}\n"


def test_a_shop_without_mongodb_starts(start: Start) -> None:
    assert start(COMPLETE | {"MONGODB_URL": ""}).stdout == "False\n"


def test_a_secret_in_a_malformed_variable_is_not_shown(start: Start) -> None:
    result = start(COMPLETE | {"DATABASE_URL": "postgres://shop:hunter2@localhost:port/shop"})

    assert "hunter2" not in result.stdout + result.stderr


def _assert_one_sentence_about(name: str, result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode != 0
    assert name in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
