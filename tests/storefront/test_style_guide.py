"""The page for those who build the shop shows whatever they can build with."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as defaults
from django.test import Client
from jinja2 import meta

from core.web.jinja import shop_environment

pytestmark = pytest.mark.django_db

COMPONENTS = defaults.BASE_DIR / "templates/shop/components"


def templates_of(name: str) -> set[str]:
    """The template and all that it includes."""
    env = shop_environment()
    source = Path(env.get_template(name).filename or "").read_text()
    included = filter(None, meta.find_referenced_templates(env.parse(source)))
    return {name}.union(*map(templates_of, included))


def test_it_shows_every_component(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    page = client.get("/styleguide/")

    components = {f"components/{path.name}" for path in COMPONENTS.glob("*.html")}
    shown = templates_of("styleguide.html")
    assert page.status_code == HTTPStatus.OK
    assert components - shown == set()


def test_no_shopper_sees_it(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404
