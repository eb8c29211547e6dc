"""Staff choose a file, see what it would do, and decide."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from audit.models import AuditEntry
from backoffice.imports import services
from catalog.models import Product, SheetImport, SheetStatus
from inventory.models import StockLevel
from tests.accounts.factories import SellerFactory, staff_with
from tests.backoffice.factories import member_of
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.catalog.sheets import outcomes, problems, row, table

pytestmark = pytest.mark.django_db

ADD = reverse("admin:catalog_sheetimport_add")


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _upload(client: Client, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("products.csv", content)
    return client.post(ADD, {"file": file, "text_language": "es", **more})


def test_staff_see_what_a_file_would_do_and_take_in_its_good_rows() -> None:
    client = _signed_in(staff_with(Role.CATALOGUE))

    page = _upload(client, table(row("A"), row("B", list_price="ten"))).url
    assert "http-equiv" in client.get(page).content.decode()
    services.work_off()
    shown = client.get(page).content.decode()
    sheet = SheetImport.objects.get()
    client.post(reverse("admin:catalog_sheetimport_approve", args=[sheet.pk]))
    sheet.refresh_from_db()
    assert (sheet.status, Product.objects.count()) == (SheetStatus.CHECKED, 0)
    client.post(
        reverse("admin:catalog_sheetimport_approve", args=[sheet.pk]), {"leaves_out_refused": "on"}
    )
    services.work_off()

    assert "list_price" in shown
    assert list(Product.objects.values_list("sku", flat=True)) == ["A"]
    errors = client.get(reverse("admin:catalog_sheetimport_problems", args=[sheet.pk]))
    assert b"list_price" in b"".join(errors)


def test_a_file_that_is_no_table_of_products_is_refused_at_once() -> None:
    client = _signed_in(staff_with(Role.CATALOGUE))

    assert _upload(client, b"a,b\n1,2\n").status_code == 422
    assert _upload(client, b"PK\x03\x04 no workbook").status_code == 422
    assert (
        _upload(client, table(row("A")), pictures=SimpleUploadedFile("a.zip", b"x")).status_code
        == 422
    )
    assert not SheetImport.objects.exists()


def test_sellers_import_their_own_products_alone() -> None:
    seller, other = SellerFactory.create(), SellerFactory.create()
    foreign = VariantFactory.create(product__seller=other)
    shelf = CategoryFactory.create(name="Polos", family__name="Ropa")
    path = f"{shelf.family.name} > {shelf.name}"
    client = _signed_in(member_of(seller))

    _upload(
        client,
        table(
            row("MINE", category_es=path, seller=""),
            row(foreign.sku, category_es=path, seller=""),
            row("THEIRS", category_es=path, seller=other.slug),
            row("NEW-SHELF", category_es="Ropa > Nueva", seller=""),
        ),
        seller=str(seller.pk),
    )
    services.work_off()

    sheet = SheetImport.objects.get()
    assert sheet.seller == seller
    assert outcomes(sheet)["MINE"] == "new"
    assert set(problems(sheet)) == {3, 4, 5}
    assert other.name not in str(problems(sheet))
    page = reverse("admin:catalog_sheetimport_change", args=[sheet.pk])
    assert _signed_in(member_of(other)).get(page).status_code in {302, 403, 404}
    assert client.get(page).status_code == 200


def test_export_gives_a_seller_his_own_products_alone() -> None:
    seller = SellerFactory.create()
    mine, foreign = VariantFactory.create(product__seller=seller), VariantFactory.create()
    client = _signed_in(member_of(seller))

    answer = client.get(reverse("admin:catalog_sheetimport_export"), {"format": "csv"})

    content = b"".join(answer).decode()
    assert mine.sku in content
    assert foreign.sku not in content


@pytest.mark.parametrize(("role", "units"), [(Role.CATALOGUE, 0), (Role.ADMINISTRATOR, 7)])
def test_a_done_import_links_its_products_and_brings_stock_by_right_alone(
    role: Role, units: int
) -> None:
    user = staff_with(role)
    client = _signed_in(user)
    page = _upload(client, table(row("A", stock="7"))).url
    services.work_off()
    sheet = SheetImport.objects.get()
    client.post(reverse("admin:catalog_sheetimport_approve", args=[sheet.pk]))
    services.work_off()

    shown = client.get(page).content.decode()

    product = Product.objects.get(sku="A")
    assert reverse("admin:catalog_product_change", args=[product.pk]) in shown
    assert "Aún no están en la tienda" not in shown
    assert sum(level.on_hand for level in StockLevel.objects.all()) == units
    sheet.refresh_from_db()
    assert bool(sheet.remarks) is (units == 0)


def test_what_an_import_makes_and_changes_bears_the_name_of_who_imported_it() -> None:
    user = staff_with(Role.CATALOGUE)
    known = VariantFactory.create(sku="OLD", product__sku="OLD")
    client = _signed_in(user)

    _upload(client, table(row("NEW"), row("OLD", list_price="120")))
    _take_in(client)

    made = AuditEntry.objects.get(table="catalog_product", label="NEW")
    changed = AuditEntry.objects.get(table="catalog_variant", object_id=str(known.pk))
    assert (made.action, made.actor_id) == ("created", user.pk)
    assert (changed.action, changed.actor_id) == ("changed", user.pk)
    assert made.origin == "import products.csv"


def _take_in(client: Client) -> SheetImport:
    """Check the sheet that waits, approve it, and import it."""
    services.work_off()
    sheet = SheetImport.objects.latest("created_at")
    address = reverse("admin:catalog_sheetimport_approve", args=[sheet.pk])
    client.post(address, {"leaves_out_refused": "on", "takes_doubtful": "on"})
    services.work_off()
    sheet.refresh_from_db()
    return sheet
