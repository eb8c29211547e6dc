"""The size guide of a category: as staff write it, and on the pages of its products."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, TestCase

from catalog.models import Category, Product
from catalog.size_guides import check_size_guide, read_size_guide
from core.caching.values import invalidate_cached
from tests.catalog.factories import CategoryFactory
from tests.catalog.lines import line, load, variant

GUIDE = "Talla; Pecho (cm)\nS; 90–96\nM ; 96–102\n\nMide sobre un polo."


@pytest.fixture
def shirt(db: None) -> Product:
    """In two sizes, in the category Shirts below Clothes' Tops."""
    rows = [variant(size, size=size) for size in ("S", "M")]
    load(line("s", slug="shirt", path=["Clothes", "Tops", "Shirts"], variants=rows))
    return Product.objects.get()


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def write(name: str, guide: str) -> None:
    """As the admin does, which invalidates the cached tree of categories."""
    Category.objects.filter(name=name).update(size_guide_es=guide)
    with TestCase.captureOnCommitCallbacks(execute=True):
        invalidate_cached()


def test_lines_with_semicolons_are_rows_and_the_others_notes() -> None:
    guide = read_size_guide(GUIDE)

    assert guide is not None
    assert guide.headings == ("Talla", "Pecho (cm)")
    assert guide.rows == (("S", "90–96"), ("M", "96–102"))
    assert guide.notes == ("Mide sobre un polo.",)
    assert read_size_guide("Talla; Pecho") is None


@pytest.mark.parametrize("text", ["Sin tabla.", "Talla; Pecho\nS", "Talla; Pecho\nS; 90; 70"])
def test_a_guide_without_rows_or_with_rows_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        check_size_guide(text)


def test_a_guide_holds_for_everything_below_until_a_subcategory_has_its_own(
    client: Client, shirt: Product
) -> None:
    assert "size-guide" not in read(client, "/p/shirt/")
    write("Tops", GUIDE)
    assert "90–96" in read(client, "/p/shirt/")
    assert "90–96" in read(client, f"/c/{shirt.category.slug}/sizes/")

    write("Shirts", GUIDE.replace("90", "88"))

    assert "88–96" in read(client, "/p/shirt/")


def test_a_product_without_sizes_shows_no_guide(client: Client, shirt: Product) -> None:
    write("Tops", GUIDE)
    load(line("c", slug="cap", path=["Clothes", "Tops", "Shirts"], variants=[variant("CAP")]))

    assert "90–96" not in read(client, "/p/cap/")


def test_a_category_without_a_guide_has_no_page_of_sizes(client: Client, db: None) -> None:
    assert client.get(f"/c/{CategoryFactory.create().slug}/sizes/").status_code == 404
    assert client.get("/c/none/sizes/").status_code == 404
