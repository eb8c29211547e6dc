"""The page for those who build the shop shows whatever they can build with."""

from typing import Any

import pytest
from django.conf import settings as defaults
from django.test import Client

pytestmark = pytest.mark.django_db

COMPONENTS = defaults.BASE_DIR / "templates/components"
ELSEWHERE = {
    "components/_canonical.html": "tells search engines where a page lives, and nobody sees it",
    "components/_review_photos.html": "its pictures are files of customers, which are not here",
    "components/_viewing_as.html": "lies over the foot of the page, as long as a colleague looks",
}


def test_it_shows_every_component(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    page = client.get("/styleguide/")

    components = {f"components/{path.name}" for path in COMPONENTS.glob("*.html")}
    shown = {template.name for template in page.templates}
    assert components - shown == ELSEWHERE.keys()


def test_no_shopper_sees_it(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404
