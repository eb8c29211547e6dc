"""Forms on pages that are the same for everybody tell that this shop has drawn them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from catalog.models import Variant
from core.web.csrf_by_origin import FORM_KEY, form_key
from tests.inventory.factories import stocked

TEMPLATES = Path(configured.BASE_DIR) / "templates"
FORM = re.compile(r"<form\b(.*?)</form>", re.DOTALL)


@pytest.fixture
def chair(db: None) -> Variant:
    return stocked(5)


def test_every_form_that_posts_has_a_token_or_a_key() -> None:
    bare = [
        f"{path.relative_to(TEMPLATES)}: {form[:60]}"
        for path in TEMPLATES.rglob("*.html")
        for form in FORM.findall(path.read_text())
        if 'method="post"' in form
        and not any(name in form for name in ("csrf_token", "csrf_input", "form_key"))
    ]

    assert bare == []


def test_a_form_of_this_shop_is_taken(client: Client, chair: Variant) -> None:
    page = client.get(f"/p/{chair.product.slug}/").content.decode()
    answer = client.post("/cart/add/", {"variant": chair.sku, "quantity": 1, FORM_KEY: form_key()})

    assert f'name="{FORM_KEY}" value="{form_key()}"' in page
    assert answer.status_code == 302


@pytest.mark.parametrize("key", ["", "wapiti", form_key()[:-1]])
def test_a_form_drawn_elsewhere_is_refused(client: Client, chair: Variant, key: str) -> None:
    answer = client.post("/cart/add/", {"variant": chair.sku, "quantity": 1, FORM_KEY: key})

    assert answer.status_code == 403


def test_a_program_needs_no_key(client: Client, chair: Variant) -> None:
    answer = client.post(
        "/cart/add/", {"variant": chair.sku, "quantity": 1}, HTTP_ACCEPT="application/json"
    )

    assert answer.status_code == 200


def test_a_key_from_before_the_secret_was_changed_is_good(
    client: Client, chair: Variant, settings: Any
) -> None:
    key = form_key()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of the same shop, which signs new forms"

    answer = client.post("/cart/add/", {"variant": chair.sku, "quantity": 1, FORM_KEY: key})

    assert answer.status_code == 302
