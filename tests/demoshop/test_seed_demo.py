"""The demo shop is true to itself: what its rows say agrees as if the services had written them."""

import json
import re
from collections import Counter
from io import StringIO

import pytest
from django.contrib.admin import site
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import roles
from accounts.models import CustomerAccount, User
from accounts.permissions import Role
from audit.models import AuditEntry
from backoffice.models import BooksCheck
from cart.selectors import pictures_of
from catalog.colours import COLOUR_OPTIONS
from catalog.models import (
    Collection,
    Kit,
    Product,
    ProductImage,
    SearchCount,
    Variant,
    VariantOption,
)
from catalog.selectors import product_page
from catalog.selectors.pictures import pictures_for
from inventory.models import Reservation, StockLevel
from invoicing.models import FiscalDocument
from orders.models import Order
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from payments import selectors
from payments.gateways import simulator
from payments.models import Payment, Refund
from payments.services.settle import derive_payment_status
from payments.states import PaymentState, RefundState
from promotions.models import Coupon
from returns.models import Return
from returns.states import ReturnStatus
from reviews.models import Review, ReviewStatus
from simulator.bank import Bank
from simulator.server import Server
from storefront import feeds
from storefront.models import Banner, Logo
from tests import every_table
from tests.accounts.factories import house
from tests.backoffice.factories import MODELS, page_of
from tests.secrets import SECRET

# Lists that are pages of their own.
REPORTS = {SearchCount, AuditEntry, BooksCheck, Logo}


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """The store of the demo's payment provider."""
    return tmp_path_factory.mktemp("provider") / "simulator.sqlite3"


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker, tmp_path_factory, provider):
    """The demo, loaded once for all tests below, and gone after them."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), DEMO=True),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setenv("SIMULATOR_STORE", str(provider))
        house()
        roles.sync()
        call_command("seed_demo", "--without-copies", stdout=StringIO())
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def counted(model):
    return model.objects.count()


def listed(model):
    """The shop's own people and its customers have a list each."""
    shown = {CustomerAccount: {"is_staff": False}, User: {"is_staff": True}}
    return model.objects.filter(**shown.get(model, {})).count()


def test_its_shelves_are_full():
    now = timezone.now()
    drops = Collection.objects.filter(type="drop")

    assert counted(Product) >= 80
    assert not Product.objects.exclude(pk__in=ProductImage.objects.values("product")).exists()
    assert drops.filter(starts_at__lt=now, ends_at__gt=now).count() == 1
    assert drops.filter(starts_at__gt=now).count() == 1
    assert Product.objects.values("seller").distinct().count() == 3
    assert min(counted(Kit), counted(Banner), counted(Coupon)) >= 3
    assert Review.objects.filter(status=ReviewStatus.APPROVED).count() > 100
    assert Review.objects.filter(status=ReviewStatus.PENDING).exists()


def test_the_chosen_colour_is_the_shown_one_everywhere(warm_memory):
    """The demo's files are named after their colours: no page shows another than the chosen."""
    variants = list(
        Variant.objects.order_by("product").select_related("product").prefetch_related("options")
    )
    feed = dict(
        re.findall(r"<g:id>(.*?)</g:id>.*?<g:image_link>(.*?)</", "".join(feeds.google("en")))
    )
    drawn = {pk: picture["src"] for pk, picture in pictures_of(variants).items()}
    colours = set(VariantOption.objects.filter(key__in=COLOUR_OPTIONS).values_list("value_key"))
    slugs = {variant.product.slug for variant in variants}
    pages = {slug: page for slug in slugs if (page := product_page(slug))}
    wrong, walked = [], 0
    for variant in variants:
        own = {each.value_key for each in variant.options.all() if each.key in COLOUR_OPTIONS}
        page = pages.get(variant.product.slug)
        images = pictures_for(page.all_images, variant.pk) if page else []
        shown = [image.picture.name for image in images]
        shown += [drawn[variant.pk], *filter(None, [feed.get(variant.sku)])]
        if own and len({name.rsplit("-", 1)[-1] for name in shown}) > 0:
            others = {f"-{colour}." for (colour,) in colours} - {f"-{each}." for each in own}
            wrong += [(variant.sku, name) for name in shown if any(map(name.count, others))]
            walked += 1
    assert wrong == []
    assert walked > 300
    for page in pages.values():
        assert list(page.images) == pictures_for(page.all_images, page.variant.pk)


def test_there_are_orders_returns_and_refunds_in_every_state():
    def found(model, field):
        return set(model.objects.values_list(field, flat=True))

    by_review_only = {
        PaymentStatus.AUTHORIZED,
        PaymentStatus.PARTIALLY_PAID,
        PaymentStatus.OVERPAID,
        PaymentStatus.REVIEW,
    }
    assert found(Order, "status") == set(OrderStatus)
    assert found(Order, "fulfilment_status") == set(FulfilmentStatus) - {FulfilmentStatus.LOST}
    assert found(Order, "payment_status") >= set(PaymentStatus) - by_review_only
    assert found(Return, "status") == set(ReturnStatus)
    assert found(Refund, "state") >= {RefundState.REQUESTED, RefundState.SUCCEEDED}


def test_what_each_order_says_of_its_money_follows_from_the_ledger():
    for order in Order.objects.prefetch_related("payments"):
        sums = selectors.sums_of(order.pk)
        status = derive_payment_status(
            order.total, sums, list(order.payments.all()), is_sale=order.paid_at is not None
        )

        assert order.payment_status == status, order
        assert not any(payment.captured < payment.refunded for payment in order.payments.all())


def test_each_sale_has_its_paper_and_each_refund_its_credit_note_in_the_order_of_time():
    sold = Order.objects.exclude(paid_at=None)
    back = Refund.objects.filter(state=RefundState.SUCCEEDED)
    papers = FiscalDocument.objects.order_by("series__code", "sequence")
    sales, notes = papers.filter(corrects=None), papers.exclude(corrects=None)

    assert {paper.order_id: paper.total for paper in sales} == dict(sold.values_list("pk", "total"))
    assert {note.refund_id: note.total for note in notes} == dict(back.values_list("pk", "amount"))
    assert {paper.series.code for paper in papers} == {"B001", "F001", "BC01"}
    for code in ("B001", "BC01"):
        dates = [paper.issued_at for paper in papers if paper.series.code == code]
        assert dates == sorted(dates)
    assert all(paper.issued_at == paper.order.paid_at for paper in sales)


def test_nothing_has_happened_in_the_future_and_no_step_before_the_order():
    now = timezone.now()

    for order in Order.objects.prefetch_related("events", "shipments"):
        times = [event.created_at for event in order.events.all()]
        times += [parcel.shipped_at for parcel in order.shipments.all() if parcel.shipped_at]
        assert order.placed_at <= min(times), order
        assert max(times) <= now, order
    assert not Refund.objects.filter(created_at__gt=now).exists()
    assert not Return.objects.filter(Q(created_at__gt=now) | Q(received_at__gt=now)).exists()


def test_its_stock_is_right_and_little_of_it_low():
    call_command("check_stock", stdout=StringIO())
    call_command("check_orders", stdout=StringIO())
    held = Reservation.objects.active().values_list("reference", flat=True)
    pending = Order.objects.filter(status=OrderStatus.PENDING).values_list("pk", flat=True)

    assert set(held) == set(pending)
    low = StockLevel.objects.below_minimum().count()
    assert 0 < low < StockLevel.objects.count() / 10


def test_the_provider_knows_each_payment_as_the_shop_does(provider):
    bank = Bank(provider)
    for payment in Payment.objects.filter(gateway="simulator"):
        truth = simulator._truth(bank.get(payment.gateway_id))

        own = set(payment.ledger.values_list("reference", "amount"))
        facts = (*truth.captures, *truth.refunds, *truth.disputes)
        told = {(fact.reference, fact.amount) for fact in facts}
        assert (truth.state, truth.reference, told) == (payment.state, payment.number, own)
    bank.close()


def test_the_provider_and_the_shop_have_no_differences(provider, settings):
    with Server(store=provider, secret=SECRET) as server:
        settings.SIMULATOR_API_BASE, settings.SIMULATOR_SECRET = server.url, SECRET
        before = list(Payment.objects.order_by("pk").values_list("state", "captured", "refunded"))
        out = StringIO()

        call_command("reconcile_payments", "--format", "csv", stdout=out, stderr=StringIO())

    assert len(out.getvalue().splitlines()) == 1
    after = Payment.objects.order_by("pk").values_list("state", "captured", "refunded")
    assert list(after) == before


def test_a_voucher_is_paid_before_its_time_is_over(provider):
    voucher = Payment.objects.get(state=PaymentState.PROCESSING, gateway="simulator")
    bank = Bank(provider)

    document = bank.get(voucher.gateway_id)

    bank.close()
    assert voucher.expires_at
    assert timezone.now().timestamp() < document["approve_at"] < voucher.expires_at.timestamp()


def test_its_logins_work_and_have_their_rights(client, settings):
    logins = json.loads((settings.BASE_DIR / "demo" / "shop.json").read_text("utf-8"))["logins"]

    found = Counter(row["role"] for row in logins)
    assert set(found) == {*Role.values, "super administrator", "customer"}
    for row in logins:
        assert client.login(email=row["email"], password=row["password"]), row
        user = User.objects.get(email=row["email"])
        groups = {group.name for group in user.groups.all()} or {"super administrator", "customer"}
        assert row["role"] in groups
        assert client.get("/admin/").status_code == (302 if row["role"] == "customer" else 200)


def test_every_page_of_its_rows_opens(client, settings):
    client.force_login(User.objects.get(email="admin@demo.vitrina.example"))
    request = client.get("/admin/").wsgi_request

    for model in MODELS:
        row = model.objects.order_by("pk").first()
        if row is None:
            continue
        for page in ("change", "history"):
            assert client.get(page_of(model, page, row.pk)).status_code == 200, (model, page)
        if site.get_model_admin(model).has_delete_permission(request, row):
            assert client.get(page_of(model, "delete", row.pk)).status_code == 200, model


@pytest.mark.soak
def test_a_list_of_the_admin_asks_as_little_for_twenty_rows_as_for_one(
    client, monkeypatch, warm_memory
):
    """Of the demo's own rows; tests/backoffice/test_long_lists.py holds it of every list."""
    client.force_login(User.objects.get(email="admin@demo.vitrina.example"))
    costs: dict[tuple[object, int], int] = {}

    def ask(model, rows):
        monkeypatch.setattr(site.get_model_admin(model), "list_per_page", rows)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page_of(model, "changelist"))
        costs[model, rows] = min(costs.get((model, rows), len(asked)), len(asked))
        if model not in REPORTS:
            assert len(answer.context["cl"].result_list) == min(rows, listed(model)), model

    for model in MODELS:
        ask(model, 1)
        ask(model, 20)
        # What the process or Redis remembers for a while may have had to be read again.
        if costs[model, 1] != costs[model, 20]:
            ask(model, 1)
            ask(model, 20)

    assert sum(counted(model) > 1 for model in MODELS) > 25
    assert {model for model in MODELS if costs[model, 1] != costs[model, 20]} == set()
    assert max(cost for (model, _), cost in costs.items() if model not in REPORTS) <= 15
    assert max(costs.values()) <= 18


def test_loading_it_again_adds_nothing(provider):
    # The log tells that the same was written once more.
    kept = [model for model in MODELS if model is not AuditEntry]
    before = {model: counted(model) for model in kept}
    stock = list(StockLevel.objects.order_by("pk").values_list("on_hand", "committed", "reserved"))
    uses = dict(Coupon.objects.values_list("code", "uses"))

    call_command("seed_demo", "--without-copies", stdout=StringIO())

    assert {model: counted(model) for model in kept} == before
    assert stock == list(
        StockLevel.objects.order_by("pk").values_list("on_hand", "committed", "reserved")
    )
    assert uses == dict(Coupon.objects.values_list("code", "uses"))
    assert not User.objects.values("email").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_what_it_leaves_empty_can_be_filled_for_who_compares_tables():
    """`make soak` restores a shop with rows in every table: tests/soak/test_restore.py."""
    every_table.fill_the_empty()

    empty = [
        model._meta.label for model in every_table.stored() if not model._base_manager.exists()
    ]
    assert empty == []
