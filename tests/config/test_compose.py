"""
docker-compose.yml, Dockerfile and .env.example, as far as they can be judged without Docker.

compose-spec.json is the Compose Specification's own schema (github.com/compose-spec/compose-spec,
Apache License 2.0), with the later `name` added.
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def test_the_compose_file_follows_the_specification() -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())

    errors = [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in Draft201909Validator(schema).iter_errors(COMPOSE)
    ]

    assert errors == []


def test_every_part_of_the_store_is_a_service() -> None:
    assert {"web", "worker", "beat", "postgres", "valkey", "mongo", "proxy"} <= SERVICES.keys()
    assert SERVICES["search"]["profiles"] == ["search"]
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["search"]


def test_services_depend_on_services_that_exist() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES, f"{name} needs {needed}"
            if how["condition"] == "service_healthy":
                assert _is_checked(needed), f"{name} waits for the health of {needed}"


def test_named_volumes_are_declared_and_used() -> None:
    mounted = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }

    assert {name for name in mounted if not name.startswith(".")} == COMPOSE["volumes"].keys()
    assert all((ROOT / path).exists() for path in mounted if path.startswith("."))


def test_every_service_that_stays_up_is_checked() -> None:
    unchecked = [name for name in SERVICES if not _is_checked(name)]

    assert unchecked == ["migrate"]


def test_nothing_but_the_proxy_is_open_to_the_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_versions_are_those_the_store_needs() -> None:
    assert SERVICES["postgres"]["image"] == "postgres:18"
    # From 18 on the image keeps its data in a folder named for the version, one level below.
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert SERVICES["valkey"]["image"] == "valkey/valkey:9"


def test_passwords_come_from_the_environment() -> None:
    written = re.findall(r"(?m)^\s*[A-Z_]*(?:PASSWORD|SECRET|KEY)[A-Z_]*:\s*(.+)$", COMPOSE_TEXT)

    assert written
    assert [value for value in written if not value.startswith(("${", '""'))] == []
    assert re.findall(r"://[^$\s]*:[^$\s]+@", COMPOSE_TEXT) == []


@pytest.mark.parametrize("name", ["MEDIA_ROOT", "PRIVATE_ROOT", "MAIL_ROOT"])
def test_files_lie_in_volumes_and_the_proxy_hands_out_pictures(name: str) -> None:
    """Dockerfile, compose, Caddyfile and .env.example name the same places."""
    web, proxy = SERVICES["web"], SERVICES["proxy"]
    place = web["environment"][name]
    volumes = {where: volume for volume, where in (each.split(":") for each in web["volumes"])}
    mount = max((where for where in volumes if place.startswith(where)), key=len)
    written = re.search(r"VOLUME (\[.+\])", DOCKERFILE)
    caddyfile = (ROOT / "deploy/Caddyfile").read_text()
    root = re.search(r"handle /media/\* \{\s+root \* (\S+)", caddyfile)

    assert f" {name}={place} " in DOCKERFILE
    assert written
    assert mount in json.loads(written[1])
    assert name in _explained()
    assert root
    if name == "MEDIA_ROOT":
        assert (place, f"{volumes[mount]}:{root[1]}/media:ro") == (mount, proxy["volumes"][2])


def test_a_backup_has_a_place_and_nothing_grows_without_end() -> None:
    store = [service for service in SERVICES.values() if service.get("image") == "vitrina"]

    assert all("backups:/app/backups" in each["volumes"] for each in store)
    assert all(each["environment"]["BACKUP_TO"].endswith(":-/app/backups}") for each in store)
    assert all("max-size" in each["logging"]["options"] for each in SERVICES.values())
    assert all("mem_limit" in each for each in SERVICES.values())


def test_the_owner_of_the_tables_is_known_to_migrate_alone() -> None:
    owners = {
        name: service["environment"].get("DATABASE_OWNER_URL")
        for name, service in SERVICES.items()
        if service.get("image") == "vitrina"
    }
    postgres = SERVICES["postgres"]["environment"]

    assert owners.pop("migrate") == f"postgres://{postgres['POSTGRES_USER']}@postgres:5432/vitrina"
    assert set(owners.values()) == {""}
    assert SERVICES["web"]["environment"]["POSTGRES_OWNER_PASSWORD"] == ""
    assert SERVICES["web"]["environment"]["DATABASE_URL"].startswith("postgres://vitrina@")


def test_every_variable_of_the_compose_file_is_explained() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT))

    assert used - _explained() == set()


def test_every_variable_in_the_example_has_an_explanation_above_it() -> None:
    for block in EXAMPLE.split("\n\n"):
        lines = block.splitlines()
        assert lines[0].startswith("#"), block
    assert re.search(r"(?m)^(\w*PASSWORD|\w*KEY|\w*SECRET|\w*TOKEN)=.+$", EXAMPLE) is None


@pytest.mark.parametrize(
    "name",
    [
        *("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "DATABASE_REPLICA_URL"),
        *("S3_MEDIA_BUCKET", "S3_MEDIA_URL", "S3_PRIVATE_BUCKET", "S3_ENDPOINT_URL", "S3_REGION"),
        *("S3_ACCESS_KEY", "S3_SECRET_KEY"),
        *("BROKER_URL", "BROKER_MASTER", "BROKER_SENTINEL_PASSWORD", "TIME_ZONE", "PLAIN_HTTP"),
        *("DATABASE_OWNER_URL", "DATABASE_PASSWORD", "REDIS_PASSWORD", "MONGODB_PASSWORD"),
        *("REDIS_URL", "MONGODB_URL", "SEARCH_URL", "DEFAULT_LANGUAGE", "EMAIL_URL"),
        *("SENTRY_DSN", "STRIPE_API_BASE", "PAYPAL_API_BASE", "MERCADOPAGO_API_BASE"),
        *("CONEKTA_API_BASE", "HOST", "PORT", "STORE_DATA", "DEMO", "CATALOGUE"),
    ],
)
def test_the_promised_variable_is_in_the_example(name: str) -> None:
    assert name in _explained()


def test_the_image_is_built_in_stages_and_runs_without_rights() -> None:
    stages = re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert len(stages) == 2
    assert all(stage.endswith("-slim-bookworm") for stage in stages)
    assert re.search(r"(?m)^USER vitrina$", last)
    assert "HEALTHCHECK" in last
    assert "uv sync --frozen --no-dev" in DOCKERFILE


def test_the_image_uses_the_same_uv_as_make() -> None:
    in_image = re.search(r"uv==(\S+)", DOCKERFILE)
    in_make = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text())

    assert in_image
    assert in_make
    assert in_image[1] == in_make[1]


def test_every_package_of_the_store_reaches_the_image() -> None:
    ignore = (ROOT / ".dockerignore").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "scripts"}

    assert ignore.startswith("*\n")
    assert {name for name in packages if f"\n!{name}\n" not in ignore} == set()


def _is_checked(name: str) -> bool:
    service = SERVICES[name]
    if "healthcheck" in service:
        return not service["healthcheck"].get("disable", False)
    return service.get("build") == "."  # the image brings its own


def _explained() -> set[str]:
    return set(re.findall(r"(?m)^(\w+)=", EXAMPLE))


def test_the_proxy_shows_a_page_of_its_own_while_the_shop_is_away() -> None:
    page = (ROOT / "deploy/maintenance.html").read_text()
    proxy = (ROOT / "deploy/Caddyfile").read_text()
    style = page.partition("<style>")[2].partition("</style>")[0]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    mounts = SERVICES["proxy"]["volumes"]

    assert "./deploy/maintenance.html:/etc/caddy/maintenance.html:ro" in mounts
    assert "handle_errors 502 503 504" in proxy
    assert "status 503" in proxy
    assert f"style-src 'sha256-{allowed}'" in proxy
    assert 'lang="es"' in page
    assert 'lang="en"' in page


def test_the_proxy_waits_for_no_visitor_for_ever() -> None:
    proxy = (ROOT / "deploy/Caddyfile").read_text()
    [servers] = re.findall(r"(?s)^\{\n\tservers \{(.+?)^\}", proxy, re.MULTILINE)
    waits = dict(re.findall(r"(read_header|read_body|idle) (\w+)", servers))

    assert waits == {"read_header": "10s", "read_body": "90s", "idle": "2m"}
    assert re.search(r"reverse_proxy web:8000 \{[^}]*request_buffers 1MiB", proxy)
    assert "max_size 20MB" in proxy


def test_web_servers_are_started_behind_the_front_that_collects_bodies() -> None:
    unit = (ROOT / "deploy/systemd/vitrina-web.service").read_text()

    for command in (DOCKERFILE.replace('", "', " "), unit):
        assert "config.asgi:application --interface asginl" in command
