"""The drawing of a product's width, depth and height."""

from typing import Any

import pytest
from django.test import Client

from storefront.measures import measures
from tests.catalog.lines import line, load

SOFA = {"width_cm": 214, "depth_cm": 92.5, "height_cm": 78}


def test_the_longest_side_fills_the_drawing_and_the_others_keep_their_proportion() -> None:
    drawn = measures(SOFA)

    assert drawn is not None
    assert (drawn.front, drawn.upright) == (120, round(120 * 78 / 214))
    assert (drawn.width, drawn.depth, drawn.height) == ("214", "92.5", "78")


@pytest.mark.parametrize("missing", [{"depth_cm": None}, {"depth_cm": "92"}, {"depth_cm": 0}])
def test_without_all_sides_there_is_no_drawing(missing: dict[str, Any]) -> None:
    assert measures(SOFA | missing) is None


@pytest.mark.django_db
def test_the_page_draws_them(client: Client) -> None:
    load(line("s", slug="sofa", description="Para dos.", attributes=SOFA))

    page = client.get("/p/sofa/").content.decode()

    assert "Ancho 214 cm, fondo 92.5 cm, alto 78 cm" in page
