"""Addresses as each country writes them, and what is refused at which field."""

import pytest
from django.test import Client

from accounts.models import Address
from catalog.models import Variant
from orders.models import Order, OrderAddress
from tests.accounts.factories import UserFactory
from tests.checkout.factories import deliver_abroad, fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db

# What people of each country type, and how the postal code and the phone are stored.
ABROAD = {
    "MX": ("55 1234 5678", "Colonia Roma", "Cuauhtémoc", "Ciudad de México", "06700"),
    "CL": ("9 8765 4321", "", "Ñuñoa", "Metropolitana de Santiago", ""),
    "CO": ("310 1234567", "Chapinero", "Bogotá", "Bogotá, D.C.", ""),
    "AR": ("11 2345-6789", "", "Rosario", "Santa Fe", "s2000"),
    "BR": ("(11) 96123-4567", "Bela Vista", "São Paulo", "São Paulo", "01310-100"),
    "US": ("(415) 200-1234", "", "O'Fallon", "Missouri", "63366"),
    "ES": ("612 34 56 78", "", "L'Hospitalet de Llobregat", "Barcelona", "08901"),
}
PREFIX = {"MX": "+52", "CL": "+56", "CO": "+57", "AR": "+54", "BR": "+55", "US": "+1", "ES": "+34"}
NEEDS_POSTAL_CODE = ("MX", "AR", "BR", "US", "ES")


@pytest.fixture
def variant() -> Variant:
    """Sold by a shop that delivers to all eight countries."""
    open_shop()
    for country in ABROAD:
        deliver_abroad(country)
    return stocked(9)


def abroad(country: str, **changes: str) -> dict[str, str]:
    phone, district, city, region, postal_code = ABROAD[country]
    place = {
        "country": country,
        "phone": phone,
        "district": district,
        "city": city,
        "region": region,
        "postal_code": postal_code,
    }
    return form_data(**place | changes)


@pytest.mark.parametrize("country", ABROAD)
def test_an_order_goes_to_an_address_of_that_country(buyer: Client, country: str) -> None:
    response = buyer.post("/checkout/", abroad(country))

    assert response.status_code == 302, response.context["form"].errors
    _phone, district, city, region, postal_code = ABROAD[country]
    for address in OrderAddress.objects.all():
        assert (address.country, address.region, address.city) == (country, region, city)
        assert (address.district, address.postal_code) == (district, postal_code.upper())
        assert address.ubigeo == ""
    order = Order.objects.get()
    assert order.phone.startswith(PREFIX[country])
    assert order.phone[1:].isdigit()


@pytest.mark.parametrize("country", ABROAD)
@pytest.mark.parametrize("field", ["city", "region", "postal_code"])
def test_a_part_that_the_country_needs_is_asked_for(
    buyer: Client, country: str, field: str
) -> None:
    response = buyer.post("/checkout/", abroad(country, **{field: ""}))

    is_needed = field != "postal_code" or country in NEEDS_POSTAL_CODE
    assert response.status_code == (422 if is_needed else 302)
    assert is_needed == (f'href="#id_{field}"' in response.content.decode())


@pytest.mark.parametrize(
    ("country", "field", "value"),
    [
        ("MX", "postal_code", "0670"),
        ("US", "postal_code", "9410A"),
        ("ES", "postal_code", "99001"),
        ("CL", "region", "Atlantis"),
        ("CL", "city", "!!!"),
        ("CL", "city", "http://example.com"),
        ("CL", "phone", "12"),
        ("CL", "country", "XX"),
        ("CL", "document_number", "12.531.909-3"),
        ("PE", "first_name", "12345"),
        ("PE", "last_name", "www.example.com"),
        ("PE", "street", "----"),
    ],
)
def test_nonsense_is_refused_at_its_field_and_the_rest_is_kept(
    buyer: Client, country: str, field: str, value: str
) -> None:
    data = form_data() if country == "PE" else abroad(country, document_type="rut")
    data = {"document_number": "12.531.909-2"} | data if country != "PE" else data

    response = buyer.post("/checkout/", data | {field: value, "note": "Tocar el timbre"})

    assert response.status_code == 422
    assert next(iter(response.context["form"].errors)) == field
    assert "Tocar el timbre" in response.content.decode()
    assert not Order.objects.exists()


def test_real_names_and_streets_are_accepted(buyer: Client) -> None:
    name = "María-José de los Ángeles"

    buyer.post("/checkout/", form_data(first_name=name, last_name="O'Higgins Núñez"))

    assert OrderAddress.objects.filter(recipient=f"{name} O'Higgins Núñez").count() == 2


def test_a_new_country_brings_its_fields_before_any_complaint(buyer: Client) -> None:
    typed = form_data(country="CL", shown_country="PE", phone="", street="Los Leones 1")

    response = buyer.post("/en/checkout/", typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="region"' in page
    assert "Los Leones 1" in page
    assert "error-summary" not in page
    assert not Order.objects.exists()


def test_only_the_address_is_swapped_when_the_country_changes(buyer: Client) -> None:
    response = buyer.post(
        "/checkout/quote/", abroad("BR"), headers={"HX-Request": "true", "HX-Target": "place"}
    )

    page = response.content.decode()
    assert "<html" not in page
    assert 'id="place"' in page
    assert 'value="01310-100"' in page


def test_a_district_from_the_lists_takes_the_focus(buyer: Client) -> None:
    typed = form_data(district="", department="15", province="1505", ubigeo="150501")

    response = buyer.post(
        "/checkout/quote/", typed, headers={"HX-Request": "true", "HX-Target": "place"}
    )

    district = response.context["form"]["district"]
    assert district.value() == "San Vicente de Cañete, Cañete, Lima"
    assert "autofocus" in str(district)
    assert 'name="province"' not in response.content.decode()


def test_lists_of_peru_mean_nothing_abroad(buyer: Client) -> None:
    response = buyer.post("/checkout/", abroad("CL", ubigeo="150501", department="15"))

    assert response.status_code == 302
    assert OrderAddress.objects.filter(city="Ñuñoa", ubigeo="").count() == 2


def test_a_shop_of_one_country_does_not_ask_for_it(client: Client) -> None:
    open_shop()
    fill_cart(client, stocked(5).sku)

    page = client.get("/checkout/").content.decode()

    assert '<select name="country"' not in page
    assert '<input type="hidden" name="country" value="PE"' in page


def test_the_default_address_is_filled_in_by_its_country(client: Client, variant: Variant) -> None:
    user = UserFactory.create()
    Address.objects.create(
        user=user, recipient="Ana", street="Los Leones 1", city="Ñuñoa", country="CL"
    )
    client.force_login(user)
    fill_cart(client, variant.sku)

    page = client.get("/checkout/").content.decode()

    assert 'value="CL" selected' in page
    assert 'value="Ñuñoa"' in page


def test_a_district_can_be_found_in_lists_without_scripts(buyer: Client) -> None:
    asked = form_data(district="", department="15", shipping="", payment="", terms="")

    provinces = buyer.post("/checkout/", asked)
    districts = buyer.post("/checkout/", asked | {"province": "1505"})
    buyer.post("/checkout/", form_data(district="", ubigeo="150501"))

    assert '<option value="1505" >Cañete</option>' in provinces.content.decode()
    assert "error-summary" not in provinces.content.decode()
    assert '<option value="150501"' in districts.content.decode()
    assert OrderAddress.objects.filter(ubigeo="150501", city="Cañete").count() == 2
