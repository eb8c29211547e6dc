"""A search for a kind of thing finds the things before what is made for them."""

import pytest

from catalog import services
from catalog.models import Category, SynonymGroup
from catalog.search import search
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load

pytestmark = pytest.mark.django_db
LAPTOPS, BAGS, CABLES = ["Tech", "Laptops"], ["Tech", "Bags"], ["Tech", "Cables & Adapters"]


@pytest.fixture
def _shop() -> None:
    load(
        line("case", name="Laptop case laptop sleeve", path=BAGS),
        line("bag", name="Bag for laptop", path=BAGS),
        line("elite", name="EliteBook 840 notebook 14 inch", path=LAPTOPS, brand="HP"),
        line("think", name="ThinkPad X1 notebook 13 inch", path=LAPTOPS, brand="Lenovo"),
        line("cable", name="Laptop cable", path=CABLES),
        line("phone", name="Galaxy S9 phone", path=["Tech", "Mobile phones"], brand="Samsung"),
        line("cover", name="Samsung Galaxy phone case", path=BAGS),
    )
    Category.objects.filter(name_en="Laptops").update(name_es="Portátiles")
    services.count_search_words()


def keys(query: str) -> list[str]:
    return [card.external_id or "" for card in search(query, ListingFilters()).cards]


@pytest.mark.parametrize("query", ["laptop", "laptops", "portátil", "portatiles", "notebook"])
@pytest.mark.usefixtures("_shop")
def test_the_name_of_a_kind_finds_it_before_what_is_for_it(query: str) -> None:
    assert set(keys(query)[:2]) == {"elite", "think"}


@pytest.mark.usefixtures("_shop")
def test_what_is_for_it_is_found_too() -> None:
    assert set(keys("laptop")) >= {"case", "bag", "cable"}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("laptop case", "case"),
        ("case for laptop", "case"),
        ("phone case", "cover"),
        ("samsung phone case", "cover"),
        ("bag for laptop", "bag"),
        ("laptop cable", "cable"),
        ("hp laptop", "elite"),
        ("laptop hp", "elite"),
        ("lenovo notebook", "think"),
        ("notebook lenovo", "think"),
        ("portátil hp", "elite"),
        ("funda laptop", "case"),
        ("funda para laptop", "case"),
    ],
)
@pytest.mark.usefixtures("_shop")
def test_an_accessory_is_meant_where_the_query_names_it(query: str, first: str) -> None:
    assert keys(query)[0] == first


@pytest.mark.parametrize("query", ["adapter", "cables"])
@pytest.mark.usefixtures("_shop")
def test_a_part_of_a_categorys_name_names_it(query: str) -> None:
    assert keys(query)[0] == "cable"


def test_a_synonym_of_staff_names_the_kind_as_well() -> None:
    load(
        line("couch", name="Three-seater Lima", path=["Home", "Sofas"]),
        line("legs", name="Chesterfield legs", path=["Home", "Parts"]),
    )
    services.count_search_words()
    SynonymGroup.objects.create(words=["sofa", "chesterfield"])

    assert keys("chesterfield")[0] == "couch"


def test_irregular_plurals_name_the_same_kind() -> None:
    load(
        line("mouse", name="Logi M110", path=["Tech", "Mice"]),
        line("pad", name="Mouse pad", path=["Tech", "Pads"]),
        line("shelf", name="Billy", path=["Home", "Shelves"]),
        line("battery", name="Varta AA", path=["Tech", "Batteries"]),
    )
    services.count_search_words()

    assert keys("mouse")[0] == "mouse"
    assert keys("mouse pad")[0] == "pad"
    assert keys("shelf")[0] == "shelf"
    assert keys("battery")[0] == "battery"


@pytest.fixture
def _spanish_shop() -> None:
    home, clothes = "Hogar", "Ropa"
    rows = [
        ("bed", "Cama Lima de madera", [home, "Camas"]),
        ("lamp", "Lámpara de mesa", [home, "Lámparas"]),
        ("table", "Mesa de madera", [home, "Mesas"]),
        ("polo", "Polo de algodón", [clothes, "Polos"]),
        ("hoodie", "Polera gris", [clothes, "Poleras"]),
        ("coat", "Casaca impermeable", [clothes, "Impermeables"]),
        ("backpack", "Mochila impermeable", [clothes, "Mochilas"]),
        ("charger", "Cargador para laptop", ["Tecnología", "Cargadores"]),
        ("laptop", "Notebook Quipu", ["Tecnología", "Laptops"]),
    ]
    load(*(line(key, name=name, path=path, lang="es") for key, name, path in rows))
    services.count_search_words()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("cargador laptop", "charger"),
        ("lámpara mesa", "lamp"),
        ("mochila impermeable", "backpack"),
        ("polo de algodón", "polo"),
        ("polo negro", "polo"),
        ("cama gris", "bed"),
        ("notebook quipu", "laptop"),
    ],
)
@pytest.mark.usefixtures("_spanish_shop")
def test_the_first_words_say_what_is_meant_in_spanish(query: str, first: str) -> None:
    assert keys(query)[0] == first


def test_a_kind_of_two_words_comes_before_what_is_for_it() -> None:
    load(
        *(
            line(f"c{number}", name=f"Titan {number}", path=["Home", "Gaming chairs"])
            for number in range(3)
        ),
        line("cover", name="Gaming chair cover", path=["Home", "Covers"]),
    )
    services.count_search_words()

    assert keys("gaming chair")[3] == "cover"


def test_a_case_for_a_kind_is_meant_where_no_category_is_of_cases() -> None:
    load(
        line("pc", name="Laptop Quipu", path=["Tecnología", "Laptops"], lang="es"),
        line("case", name="Funda acolchada", path=["Tecnología", "Accesorios"], lang="es"),
        line("cover", name="Padded case", path=["Tecnología", "Accesorios"]),
    )
    services.count_search_words()

    assert keys("funda laptop")[0] in {"case", "cover"}
    assert keys("laptop case")[0] in {"case", "cover"}


@pytest.mark.parametrize("query", ["bag of coffee", "bolsa de café", "bolsa de cafe molido"])
def test_how_much_of_a_kind_is_not_the_kind(query: str) -> None:
    load(
        line("coffee", name="Villa Rica 250 g", path=["Food", "Coffee"]),
        line("bag", name="Coffee bag", path=["Fashion", "Bags"]),
    )
    Category.objects.filter(name_en="Coffee").update(name_es="Café")
    Category.objects.filter(name_en="Bags").update(name_es="Bolsas")
    services.count_search_words()

    assert keys(query)[0] == "coffee"


def test_more_words_than_a_kind_may_mean_any_whose_name_ends_so() -> None:
    load(
        line("flash", name="Integral micro 8 GB", path=["Tech", "Memory cards"]),
        line("cards", name="Riser", path=["Tech", "Cards"]),
        line("reader", name="Micro reader for a card", path=["Tech", "Readers"]),
    )
    services.count_search_words()

    assert keys("micro card")[0] == "flash"
    assert keys("card")[0] == "cards"


def test_without_the_detail_the_kind_comes_before_what_only_has_the_detail() -> None:
    load(
        line("bed", name="Bed Lima", path=["Home", "Beds"]),
        *(line(f"b{number}", name=f"Bed {number}", path=["Home", "Beds"]) for number in range(8)),
        line("lamp", name="Vermilion lamp vermilion", path=["Home", "Lamps"]),
    )
    services.count_search_words()

    found = keys("vermilion bed")
    assert found.index("lamp") == len(found) - 1
