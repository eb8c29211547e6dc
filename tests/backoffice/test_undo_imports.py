"""An import is taken back: first its page says what that would change, then somebody approves."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from audit.context import traced
from backoffice.imports import services
from backoffice.imports import undo as sheet_undo
from catalog.models import (
    Category,
    Collection,
    CollectionProduct,
    Product,
    SheetImport,
    SheetStatus,
    Variant,
)
from core.exceptions import InvalidTransition
from inventory.models import StockLevel
from tests.accounts.factories import staff_with
from tests.backoffice.factories import member_of
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.catalog.sheets import check, outcomes, problems, row, table
from tests.payments.factories import OrderFactory

pytestmark = pytest.mark.django_db
WHAT = ("sold", "text", "price", "picture")


@pytest.fixture
def user() -> Any:
    return staff_with(Role.CATALOGUE)


@pytest.fixture
def known() -> Variant:
    """What was in the shop before the import."""
    return old("OLD", CategoryFactory.create(name="Sillas", family__name="Muebles"))


def old(sku: str, shelf: Category) -> Variant:
    variant: Variant = VariantFactory.create(
        sku=sku, product__sku=sku, product__base_price=Decimal("50.00"), product__category=shelf
    )
    Product.objects.filter(sku=sku).update(name_es="Silla", description_es="Larga " * 80)
    return variant


def imported(*rows: dict[str, Any], **fields: Any) -> SheetImport:
    return approved(check(table(*rows), **fields))


def approved(sheet: SheetImport) -> SheetImport:
    services.approve(sheet.pk, leaves_out_refused=True, takes_doubtful=True)
    sheet.refresh_from_db()
    services.work(sheet)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.DONE
    return sheet


def looked_at(sheet: SheetImport, user: Any) -> SheetImport:
    """The import that takes the sheet back, checked by a worker and not approved yet."""
    undo = sheet_undo.begin(sheet.pk, user=user)
    services.work(undo)
    undo.refresh_from_db()
    assert undo.status == SheetStatus.CHECKED
    return undo


def work_on(variant: Variant, what: str) -> None:
    """Something happens in the shop after the import."""
    if what == "sold":
        OrderFactory.create(line=variant)
    elif what == "text":
        Product.objects.filter(pk=variant.product_id).update(name_es="Otra")
    elif what == "price":
        Variant.objects.filter(pk=variant.pk).update(sale_price=5)
    else:
        image = variant.product.images.create(picture="a.jpg", width=9, height=9)
        type(image).objects.update(alt_es="Silla")


def old_and_new() -> list[dict[str, Any]]:
    """For each thing that can happen, a row that changes a product and one that makes one."""
    rows, shelf = [], CategoryFactory.create()
    for what in WHAT:
        old(f"OLD-{what}", shelf)
        rows += [row(f"OLD-{what}", list_price="70.00"), row(f"NEW-{what}")]
    return rows


def work_on_all() -> None:
    for variant in Variant.objects.exclude(sku="REST"):
        work_on(variant, variant.sku.partition("-")[2])


def check_refused(undo: SheetImport) -> None:
    for each in undo.rows.all():
        outcome = "changed" if each.sku == "REST" else "refused"
        reason = "vendió" if each.sku.endswith("sold") else "cambió"
        assert (each.outcome, reason in str(each.problems)) == (outcome, outcome == "refused")


def check_kept() -> None:
    for what in WHAT:
        assert Variant.objects.get(sku=f"OLD-{what}").list_price == Decimal("70.00")
        new = Variant.objects.select_related("product").get(sku=f"NEW-{what}")
        assert new.is_active
        assert new.product.is_active
        assert new.product.images.count() == (what == "picture")
    assert not Product.objects.filter(sku="REST").exists()


def test_what_was_changed_gets_its_values_back_and_what_is_new_goes(
    user: Any, known: Variant
) -> None:
    shelf = known.product.category
    sheet = imported(
        row("OLD", list_price="70.00", description_es="Corta", category_es="Ropa > Polos"),
        row("NEW"),
    )
    Product.objects.get(sku="OLD", description_es="Corta")

    undo = looked_at(sheet, user)

    assert Product.objects.filter(sku__in=["OLD", "NEW"], is_active=True).count() == 2
    assert outcomes(undo) == {"OLD": "changed", "NEW": "changed"}
    changes = {row.sku: row.changes for row in undo.rows.all()}
    assert ["list_price", "70.00", "50.00"] in changes["OLD"]
    assert ["variant_active", "1", "0"] in changes["NEW"]

    approved(undo)

    variant = Variant.objects.select_related("product").get(sku="OLD")
    product: Any = variant.product
    assert (variant.list_price, product.name_es) == (Decimal("50.00"), "Silla")
    assert (product.description_es, product.category) == ("Larga " * 80, shelf)
    assert not Product.objects.filter(sku="NEW").exists()
    assert not Variant.objects.filter(sku="NEW").exists()


def test_what_something_hangs_on_is_no_longer_sold_and_named(user: Any) -> None:
    sheet = imported(row("SHELF", stock="7"), row("SHOWN"), row("LOOSE"))
    collection = Collection.objects.create(name="Verano", slug="verano", type="seasonal")
    shown = Product.objects.get(sku="SHOWN")
    CollectionProduct.objects.create(collection=collection, product=shown)

    undo = approved(looked_at(sheet, user))

    left = dict(Product.objects.values_list("sku", "is_active"))
    assert left == {"SHELF": False, "SHOWN": False}
    assert not Variant.objects.filter(is_active=True).exists()
    assert StockLevel.objects.get().on_hand == 7
    assert "SHELF, SHOWN" in " ".join(undo.remarks)


def test_what_was_sold_or_changed_since_is_kept_and_named(user: Any) -> None:
    sheet = imported(*old_and_new(), row("REST"))
    work_on_all()

    undo = looked_at(sheet, user)
    check_refused(undo)
    approved(undo)

    check_kept()


@pytest.mark.parametrize("what", WHAT)
def test_what_is_sold_or_changed_while_the_import_runs_is_kept_and_named(
    user: Any, known: Variant, what: str
) -> None:
    """One product is applied, and the worker is busy with the next."""
    sheet = check(table(row("OLD", list_price="70.00"), row("NEW")))
    services.approve(sheet.pk, leaves_out_refused=True, takes_doubtful=True)
    sheet.refresh_from_db()
    seen: list[int] = []

    def act_once(rows: int) -> None:
        if not seen:
            seen.append(rows)
            with traced(actor=user.pk, origin="POST /admin/"):
                work_on(known, what)

    services.work(sheet, act_once)
    sheet.refresh_from_db()

    undo = looked_at(sheet, user)

    assert seen
    assert outcomes(undo)["OLD"] == "refused"
    word = "vendió" if what == "sold" else "cambió"
    assert all(word in str(reasons) for reasons in problems(undo).values())
    assert (str(user) in str(problems(undo))) == (what != "sold")


@pytest.mark.parametrize("is_approved", [False, True])
def test_what_is_sold_or_changed_after_the_check_is_kept_and_named(
    user: Any, is_approved: bool
) -> None:
    undo = looked_at(imported(*old_and_new(), row("REST")), user)
    assert problems(undo) == {}

    if is_approved:
        services.approve(undo.pk, leaves_out_refused=False, takes_doubtful=False)
    work_on_all()
    if not is_approved:
        services.approve(undo.pk, leaves_out_refused=False, takes_doubtful=False)
    services.work_off()
    undo.refresh_from_db()

    assert undo.status == SheetStatus.DONE
    check_refused(undo)
    check_kept()


def test_an_undo_broken_off_goes_on_with_the_rows_left(
    user: Any, known: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    undo = looked_at(imported(row("OLD", list_price="70.00"), row("NEW"), row("REST")), user)
    services.approve(undo.pk, leaves_out_refused=False, takes_doubtful=False)
    undo.refresh_from_db()

    def break_off(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.work(undo, break_off)
    assert undo.rows.filter(is_applied=True).count() == 1
    services.work(SheetImport.objects.get(pk=undo.pk))

    assert set(outcomes(undo).values()) == {"changed"}
    assert list(Product.objects.values_list("sku", flat=True)) == ["OLD"]
    assert Variant.objects.get(sku="OLD").list_price == Decimal("50.00")


def test_a_sale_price_that_was_no_offer_is_none_again(user: Any, known: Variant) -> None:
    Variant.objects.filter(pk=known.pk).update(sale_price=Decimal("45.00"), is_on_offer=False)
    sheet = imported({"sku": "OLD", "name_es": "Silla", "sale_price": "40.00"})
    assert Variant.objects.get(sku="OLD").is_on_offer

    approved(looked_at(sheet, user))

    variant = Variant.objects.get(sku="OLD")
    assert (variant.sale_price, variant.is_on_offer) == (Decimal("45.00"), False)


def test_a_new_variant_of_an_old_product_goes_alone(user: Any, known: Variant) -> None:
    sheet = imported(row("OLD-XL", product="OLD", name_es="Silla", category_es="Muebles > Sillas"))

    approved(looked_at(sheet, user))

    assert list(Variant.objects.values_list("sku", "is_active")) == [("OLD", True)]
    assert Product.objects.get(sku="OLD").is_active


def test_rows_of_a_product_that_no_column_joins_are_taken_back_together(
    user: Any, known: Variant
) -> None:
    VariantFactory.create(sku="Z-OLD", product=known.product)
    rows = [{"sku": sku, "name_es": "Banco", "cost": "9.00"} for sku in ("OLD", "Z-OLD")]
    sheet = imported(*rows)
    assert Product.objects.filter(name_es="Banco").exists()

    undo = approved(looked_at(sheet, user))

    assert problems(undo) == {}
    assert Product.objects.filter(name_es="Silla").exists()
    assert set(Variant.objects.values_list("cost", flat=True)) == {None}


def test_an_import_is_taken_back_once_and_an_undoing_never(user: Any) -> None:
    sheet = imported(row("NEW"))

    undo = looked_at(sheet, user)
    with pytest.raises(InvalidTransition):
        sheet_undo.begin(sheet.pk, user=user)
    services.drop(undo.pk)
    undo = approved(looked_at(sheet, user))

    for each in (sheet, undo):
        with pytest.raises(InvalidTransition):
            sheet_undo.begin(each.pk, user=user)
    with pytest.raises(InvalidTransition):
        sheet_undo.begin(check(table(row("B"))).pk, user=user)


def test_its_page_leads_to_what_it_would_change_and_says_what_was_done(
    client: Client, user: Any
) -> None:
    client.force_login(user)
    sheet = imported(row("NEW"))
    page = reverse("admin:catalog_sheetimport_change", args=[sheet.pk])
    address = reverse("admin:catalog_sheetimport_undo", args=[sheet.pk])

    assert address in client.get(page).content.decode()
    assert client.get(address).status_code == 405
    answer: Any = client.post(address)
    undo = answer.url
    assert Variant.objects.get().is_active
    services.work_off()
    looked = client.get(undo).content.decode()
    client.post(undo.replace("/change/", "/approve/"))
    services.work_off()
    done = client.get(undo).content.decode()

    assert "¿Deshacer?" in looked
    assert "Deshacer 1 fila" in looked
    assert page in looked
    assert "Se deshizo 1 fila." in done
    assert "Eliminados, porque nada dependía de ellos: 1." in done
    after = client.get(page).content.decode()
    assert "Esta importación se deshizo:" in after
    assert undo in after
    assert address not in after


def test_only_who_may_import_takes_back_and_only_what_is_theirs(client: Client) -> None:
    sheet = imported(row("NEW"))
    address = reverse("admin:catalog_sheetimport_undo", args=[sheet.pk])

    for each in (member_of(), staff_with(Role.WAREHOUSE)):
        client.force_login(each)
        assert client.post(address).status_code in {403, 404}

    assert SheetImport.objects.count() == 1


def test_it_asks_as_often_for_many_rows_as_for_few(
    user: Any, django_assert_max_num_queries: Any
) -> None:
    few = imported(*(row(f"A{number}") for number in range(3)))
    many = imported(*(row(f"B{number}", description_es="x") for number in range(60)))

    for sheet in (few, many):
        undo = sheet_undo.begin(sheet.pk, user=user)
        with django_assert_max_num_queries(25):
            sheet_undo.stage(undo)
        assert undo.rows.count() == sheet.rows.count()


def test_a_file_with_pictures_and_stock_alone_leaves_nothing_to_take_back(
    user: Any, known: Variant
) -> None:
    upload = SimpleUploadedFile("a.csv", table({"sku": "OLD", "images": "https://x.pe/a.jpg"}))
    sheet = services.receive(file=upload, text_language="es")
    services.work(sheet)
    approved(sheet)

    undo = looked_at(sheet, user)

    assert outcomes(undo) == {"OLD": "same"}
