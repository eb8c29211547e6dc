"""The back office's pages about rates: a file in and out, and what an order would cost."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from shipping.models import ShippingRate
from tests.accounts.factories import signed_in
from tests.shipping.factories import ShippingRateFactory, ZoneFactory

pytestmark = pytest.mark.django_db

IMPORT = "/admin/shipping/shippingmethod/rates/import/"
CALCULATOR = "/admin/shipping/shippingmethod/calculator/"
CHEAPER = "method,zone,to_kg,price\nolva,Lima,5,8.00\n"


@pytest.fixture
def rate() -> ShippingRate:
    return ShippingRateFactory.create(
        method__code="olva",
        method__name="Olva Courier",
        zone__name="Lima",
        zone__ubigeo_prefixes=["1501"],
        price=Decimal("9.90"),
    )


@pytest.fixture
def staff(client: Client, settings: Any) -> Client:
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    return client


def _file(content: bytes | str) -> SimpleUploadedFile:
    raw = content if isinstance(content, bytes) else content.encode()
    return SimpleUploadedFile("rates.csv", raw, "text/csv")


def test_a_file_is_looked_at_before_it_is_put_in_place(staff: Client, rate: ShippingRate) -> None:
    seen = staff.post(IMPORT, {"file": _file(CHEAPER)})

    assert ShippingRate.objects.get().price == Decimal("9.90")
    assert seen.context["change"].added == 1

    text = seen.context["form"].cleaned_data["text"].replace("\n", "\r\n")  # as browsers send it
    done = staff.post(IMPORT, {"text": text, "apply": "1"})

    assert done.status_code == 302
    assert ShippingRate.objects.get().price == Decimal(8)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CHEAPER.replace("Lima", "Atlantis"), "Atlantis"),
        ("método".encode("latin-1"), "UTF-8"),
        (b"", "file"),
        ("method,zone,price\nolva,<script>,1\n", "&lt;script&gt;"),
        ("method,zone,price\nolva,\0,1\n", "\0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    staff: Client, rate: ShippingRate, content: bytes | str, said: str
) -> None:
    staff.cookies["django_language"] = "en"

    answer = staff.post(IMPORT, {"file": _file(content), "apply": "1"})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ShippingRate.objects.get().price == Decimal("9.90")


def test_the_export_is_what_the_import_takes(staff: Client, rate: ShippingRate) -> None:
    exported = staff.get(reverse("admin:shipping_rates_export"))

    seen = staff.post(IMPORT, {"file": _file(exported.content)})

    assert exported["Content-Type"] == "text/csv; charset=utf-8"
    assert (seen.context["change"].kept, seen.context["change"].added) == (1, 0)


def test_who_may_not_delete_rates_replaces_none(
    client: Client, settings: Any, rate: ShippingRate
) -> None:
    settings.DEMO = True
    signed_in(client, Role.WAREHOUSE)

    assert client.post(IMPORT, {"text": CHEAPER, "apply": "1"}).status_code == 403
    assert client.get(CALCULATOR).status_code == 200
    assert "rates/import" not in client.get("/admin/shipping/shippingmethod/").content.decode()


def test_the_calculator_says_what_an_order_costs(staff: Client, rate: ShippingRate) -> None:
    asked = {"weight_kg": "2", "amount": "1.234,50", "district": "Miraflores, Lima"}

    (offer,) = staff.get(CALCULATOR, asked).context["offers"]
    nowhere = staff.get(CALCULATOR, asked | {"district": "Cayma, Arequipa"}).context["offers"]

    assert (offer.code, offer.price) == ("olva", Decimal("9.90"))
    assert nowhere == []
    assert staff.get(CALCULATOR, asked | {"weight_kg": "-1"}).status_code == 422
    assert staff.get(CALCULATOR, asked | {"district": "Atlantis"}).status_code == 422


def test_a_long_table_is_not_squeezed_into_a_form(staff: Client, rate: ShippingRate) -> None:
    page = f"/admin/shipping/shippingmethod/{rate.method.pk}/change/"
    form = staff.get(page).context["inline_admin_formsets"]
    ShippingRateFactory.create_batch(40, method=rate.method, zone=rate.zone)

    assert len(form) == 1
    assert staff.get(page).context["inline_admin_formsets"] == []
    assert staff.get("/admin/shipping/shippingrate/").status_code == 200


def test_a_zone_is_opened_and_saved_by_the_names_of_its_places(staff: Client) -> None:
    codes = ["08", "1501", "150122"]
    zone = ZoneFactory.create(country="PE", ubigeo_prefixes=codes)
    page = f"/admin/shipping/zone/{zone.pk}/change/"

    form = staff.get(page).context["adminform"].form
    shown = {name: form[name].value() for name in ("departments", "ubigeo_prefixes")}
    typed = {"name": zone.name, "country": "PE", "regions": "", **shown}
    saved = staff.post(page, typed)

    assert shown["departments"] == ["08"]
    assert shown["ubigeo_prefixes"] == "Lima / Lima, Lima / Lima / Miraflores"
    by_name = typed | {"departments": ["04"], "ubigeo_prefixes": "lima / lima / miraflores"}
    assert saved.status_code == 302
    zone.refresh_from_db()
    assert zone.ubigeo_prefixes == codes
    assert staff.post(page, by_name).status_code == 302
    zone.refresh_from_db()
    assert zone.ubigeo_prefixes == ["04", "150122"]


def test_a_zone_names_only_districts_that_there_are(staff: Client) -> None:
    page = "/admin/shipping/zone/add/"
    typed = {"name": "Sur", "country": "PE", "regions": "", "ubigeo_prefixes": "04,150122,99"}

    refused = staff.post(page, typed)

    assert "99" in str(refused.context["errors"])
    assert staff.post(page, typed | {"ubigeo_prefixes": "04,1501,150122"}).status_code == 302
    seen = staff.get("/admin/shipping/zone/").content.decode()
    assert "Arequipa, Lima, Miraflores" in seen


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_weight_kg": "5", "max_weight_kg": "5"}, "max_weight_kg"),
        ({"min_amount": "50", "max_amount": "10"}, "max_amount"),
        ({"days_min": "4", "days_max": "3"}, "days_max"),
        ({"days_max": "181"}, "days_max"),
        ({"price": "-1"}, "__all__"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(
    staff: Client, rate: ShippingRate, changes: dict[str, str], field: str
) -> None:
    page = f"/admin/shipping/shippingrate/{rate.pk}/change/"
    usual = {
        "method": rate.method_id,
        "zone": rate.zone_id,
        "min_weight_kg": "0",
        "min_amount": "0",
        "price": "9.90",
        "price_per_kg": "0",
        "days_min": "1",
        "days_max": "3",
    }

    refused = staff.post(page, usual | changes)

    assert field in refused.context["adminform"].form.errors
    assert staff.post(page, usual).status_code == 302
