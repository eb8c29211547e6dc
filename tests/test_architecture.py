"""What import-linter and ruff cannot see."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
LAYERS = [re.findall(r"\w+", layer) for layer in CONTRACTS[0]["layers"]]
HEIGHT = {app: -depth for depth, layer in enumerate(LAYERS) for app in layer}
SOURCES = [
    path
    for folder in [*HEIGHT, "simulator", "scripts", "tests"]
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in HEIGHT]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_local_app_has_a_layer():
    local = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}

    assert local == set(HEIGHT) - {"config"}


def test_foreign_keys_point_down():
    """A relation named by a string leaves no import, but is a dependency all the same."""
    upward = [
        str(field)
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and (target := field.related_model._meta.app_label) in HEIGHT
        and target != model._meta.app_label
        and HEIGHT[target] >= HEIGHT[model._meta.app_label]
    ]

    assert upward == []


def test_migrations_make_indexes_in_a_way_that_can_be_run_again():
    """Django's own stops at an index that a stopped migration left (core.database.indexes)."""
    migrations = [path for app in HEIGHT for path in (ROOT / app).glob("migrations/*.py")]

    found = [name_of(path) for path in migrations if "AddIndexConcurrently" in path.read_text()]

    assert found == []


def test_rows_that_change_say_when():
    """A row with updated_at is touched by the database, unless it can never change."""
    untouched = [
        model.__name__
        for model in ours()
        if not model._meta.proxy
        and any(field.name == "updated_at" for field in model._meta.get_fields())
        and not {"touch", "append_only"}
        & {trigger.name for trigger in getattr(model._meta, "triggers", [])}
    ]

    assert untouched == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_in_the_head(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_fits_on_a_screen(path):
    assert len(path.read_text().splitlines()) <= 80


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in TEMPLATES
        if path.name.startswith("_") and not path.read_text().startswith("{% extends")
    ],
    ids=name_of,
)
def test_a_partial_says_what_it_needs(path):
    assert re.match(r"\{# .+ Needs: .+ #\}", path.read_text())
