"""Staff see why results stand where they do; searches lead on, to a page or to shorter ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import translation

from catalog import services
from catalog.admin.search_forms import SearchRedirectForm
from catalog.models import Product, SearchBoost, SearchRedirect
from catalog.search.explanation import explain
from catalog.search.ways_on import nearest_kinds, without_a_word
from tests.accounts.factories import UserFactory
from tests.catalog.lines import line, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _shop() -> None:
    load(
        line("elite", name="EliteBook notebook", path=["Tech", "Laptops"]),
        line("case", name="Laptop case", path=["Tech", "Bags"]),
        line("sofa", name="Leather sofa", path=["Home", "Sofas"]),
    )
    services.count_search_words()


def test_each_place_has_its_reasons() -> None:
    found = explain("laptop")

    first, second = found.places
    assert found.kinds == ["Laptops"]
    assert first.product.external_id == "elite"
    assert sum(reason.percent for reason in first.reasons) in range(98, 103)
    assert "of the kind that is meant" in [str(reason.label) for reason in first.reasons]
    assert [str(reason.label) for reason in second.reasons] == ["laptop"]
    assert first.place_before is None


def test_a_boost_is_named_with_the_place_before() -> None:
    SearchBoost.objects.create(
        query="laptop", product=Product.objects.get(external_id="case"), position=1
    )

    first = explain("laptop").places[0]

    assert (first.product.external_id, first.place_before) == ("case", 2)


def test_limits_in_the_words_are_named() -> None:
    found = explain("laptop menos de 3000")

    assert found.limits == ["up to S/\xa03,000.00"]
    assert found.places[0].product.external_id == "elite"
    assert explain("laptop").limits == []


def test_nothing_found_has_no_places() -> None:
    assert explain("zzzzqqqq").places == []
    assert explain("...").head is None


def test_staff_open_the_page_from_the_report(client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    page = client.get("/admin/catalog/searchcount/why/", {"q": "laptop"}).content.decode()

    assert "EliteBook" in page
    assert client.get("/admin/catalog/searchcount/why/").status_code == 200
    assert client.get("/admin/catalog/searchcount/why/", {"q": "\0" * 5000}).status_code == 200
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get("/admin/catalog/searchcount/why/").status_code == 403


def test_a_search_leads_to_the_page_that_staff_chose(client: Client) -> None:
    SearchRedirect.objects.create(words="garantía", target="/c/sofas/")

    assert client.get("/search/?q=Garantias").headers["Location"] == "/c/sofas/"
    assert client.get("/search/?q=garantia+sofa").status_code == 200
    asked = client.get("/search/?q=garantia", headers={"Accept": "application/json"})
    assert asked.json()["results"] == []


@pytest.mark.parametrize(
    "target", ["https://evil.test/", "//evil.test/", "c/sofas", "/a b", "/search/?q=x"]
)
def test_a_redirect_stays_in_the_shop(target: str) -> None:
    form = SearchRedirectForm({"words": "garantía", "target": target})

    assert "target" in form.errors


def test_the_database_keeps_redirects_in_the_shop() -> None:
    with pytest.raises(IntegrityError):
        SearchRedirect.objects.create(words="x", target="//evil.test/")


def test_without_results_shorter_searches_and_the_nearest_kinds_are_offered(
    client: Client,
) -> None:
    page = client.get("/en/search/?q=leather+zzzzqqqq").content.decode()

    assert [(each.query, each.products) for each in without_a_word("sofa zzzzqqqq")] == [
        ("sofa", 1)
    ]
    assert [kind.slug for kind in nearest_kinds("labtops")] == ["laptops"]
    assert "Without “zzzzqqqq”: 1 product" in page


@pytest.mark.parametrize(
    "query",
    [
        "\x8e\x8bó NN",
        "de la",
        "mouse under 1" + ".000" * 20,
        "a" * 10_000,
        "!?()[]{}*&|<>:'\"\\",
        " ".join(["sofa"] * 50),
        "🙂🛋️",
        "sofá OR laptop & !x",
        "%_",
    ],
)
def test_odd_queries_get_an_answer(client: Client, query: str) -> None:
    assert client.get("/search/", {"q": query}).status_code == 200
    explain(query[:200])
