"""The first page: what is a sale, what waits, who sees what, and what is said without servers."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import User
from accounts.permissions import Role
from backoffice import tasks
from backoffice.dashboard.page import Board, board
from backoffice.models import Backup
from backoffice.monitoring import queues, system_status
from cart.models import Cart, CartStatus
from core.ids import first_id_at, uuid7
from orders.models import Order
from orders.states import PaymentStatus
from outbox.models import Message
from payments.gateway_log import reader, store
from payments.models import Payment, Refund
from payments.services.refunds import recompute_reserved
from payments.states import PaymentState, RefundState
from shipping.models import Shipment
from tests.accounts.factories import staff_with
from tests.backoffice.factories import add_many, order_with
from tests.catalog.factories import VariantFactory
from tests.invoicing.factories import money_back, money_in
from tests.payments.factories import OrderFactory, PaymentMethodFactory, close_log
from tests.sellers.factories import shop

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def noon(monkeypatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return NOON


def fresh(user: User) -> Board:
    cache.clear()
    return board(user)


def paid(at: datetime, amount: int, **fields) -> Order:
    return OrderFactory.create(
        **{"payment_status": PaymentStatus.PAID, "placed_at": at, "subtotal": amount} | fields
    )


def number_of(task: str, boss: User) -> int:
    seen = fresh(boss)
    [found] = [each for each in [*seen.waiting, *seen.done] if each.name == task]
    return found.number


def test_a_sale_that_owes_a_difference_is_a_sale(boss: User) -> None:
    owing = PaymentStatus.PARTIALLY_PAID
    OrderFactory.create(payment_status=owing, paid_at=timezone.now(), subtotal=Decimal(120))
    OrderFactory.create(payment_status=owing, subtotal=Decimal(50))

    figures = fresh(boss).figures

    assert figures
    assert (figures.today.sales, figures.today.orders) == (Decimal(120), 1)


def test_today_is_compared_with_the_same_weekdays_by_the_same_hour(boss: User, noon) -> None:
    week, hour = timedelta(weeks=1), timedelta(hours=1)
    paid(noon - hour, 90)
    for weeks in range(1, 5):
        paid(noon - weeks * week - hour, 30)
        paid(noon - weeks * week + hour, 1000)
        paid(noon - weeks * week - timedelta(days=1), 1000)
    paid(noon - hour, 5000, payment_status=PaymentStatus.UNPAID)
    paid(noon - hour, 5000, currency="USD")
    for status in (CartStatus.ORDERED, CartStatus.ACTIVE, CartStatus.MERGED):
        cart = Cart.objects.create(status=status, expires_at=noon)
        Cart.objects.filter(pk=cart.pk).update(created_at=noon - hour)

    seen = fresh(boss)

    assert [(tile.value, tile.usual, tile.change) for tile in seen.tiles] == [
        ("S/\xa090.00", "S/\xa030.00", 200),
        ("1", "1", 0),
        ("50\xa0%", "0\xa0%", None),
        ("S/\xa090.00", "S/\xa030.00", 200),
    ]
    assert seen.figures
    assert seen.figures.chart.bars[-8].total == Decimal(1030)
    assert len(seen.figures.chart.bars) == 30


def test_sales_are_shared_among_categories_and_sellers(boss: User) -> None:
    for number in range(7):
        for _order in range(number + 1):
            order_with(VariantFactory.create(), payment_status=PaymentStatus.PAID)

    figures = fresh(boss).figures

    assert figures
    assert [share.percent for share in figures.sellers] == [100]
    assert len(figures.categories) == 6
    assert figures.categories[-1].name == ""
    assert sum(share.total for share in figures.categories) == 2800


def test_a_refund_that_failed_waits_for_staff_until_its_money_has_gone(boss: User) -> None:
    payment = money_in(OrderFactory.create())
    Refund.objects.create(
        number="REF-1",
        payment=payment,
        amount=Decimal(60),
        currency="PEN",
        state=RefundState.FAILED,
        is_automatic=True,
        idempotency_key="refund-1",
        completed_at=timezone.now(),
    )

    before = number_of("failed_refunds", boss)
    money_back(payment, Decimal(60))
    recompute_reserved(payment.pk)

    assert (before, number_of("failed_refunds", boss)) == (1, 0)


def test_a_mail_that_failed_waits_on_the_first_page_until_it_is_sent_again(
    boss: User, client
) -> None:
    failed, done = (
        Email.objects.create(
            from_email="shop@example.com",
            to=["ventas@example.com"],
            status=status,
            number_of_retries=5,
        )
        for status in (STATUS.failed, STATUS.sent)
    )
    [task] = [task for task in fresh(boss).waiting if task.name == "failed_mails"]

    listed = client.get(task.url).context["cl"].result_list
    client.post(task.url, {"action": "send_again", "_selected_action": [failed.pk, done.pk]})

    failed.refresh_from_db()
    assert list(listed) == [failed]
    assert (failed.status, failed.number_of_retries) == (STATUS.queued, 0)
    assert number_of("failed_mails", boss) == 0


def test_every_task_leads_to_a_list_that_shows_just_as_many(boss: User, client) -> None:
    PaymentMethodFactory.create()
    order = OrderFactory.create(expires_at=timezone.now() + timedelta(minutes=5))
    Message.objects.create(event="x", handler="y", payload={}, given_up_at=timezone.now())

    seen = fresh(boss)

    assert {task.name for task in seen.waiting} == {"expiring", "unpaid", "dead_letters"}
    for task in [*seen.waiting, *seen.done]:
        page = client.get(task.url)
        assert page.status_code == 200, task.name
        assert page.context["cl"].result_count >= task.number, task.name
    assert client.get(seen.waiting[0].url).context["cl"].result_list[0] == order


def test_sellers_people_see_what_waits_for_them_alone(client) -> None:
    mine, other = shop("Amaru"), shop("Norte")
    Shipment.objects.filter(warehouse__seller__in=[mine, other]).update(status="pending")
    member = mine.members.get().user
    client.force_login(member)

    seen = fresh(member)

    assert not seen.figures
    assert {task.name: task.number for task in seen.waiting}["parcels_pack"] == 1
    assert {task.name for task in [*seen.waiting, *seen.done]} == {
        *("parcels_pack", "parcels_send", "parcels_fetch", "parcels_late", "parcels_stuck"),
        *("suppliers", "returns", "awaited_returns", "late_returns", "stock", "questions"),
    }
    for task in [*seen.waiting, *seen.done]:
        assert client.get(task.url).context["cl"].result_count == task.number, task.name


def test_nobody_without_a_right_to_money_sees_any(client) -> None:
    paid(timezone.now(), 777)
    seen = {}
    for role in Role:
        cache.clear()
        client.force_login(staff_with(role))
        page = client.get(reverse("admin:index"))
        seen[role] = ("777.00" in page.text, bool(page.context["board"].checks))

    assert seen == {
        Role.SELLER: (False, False),
        Role.CATALOGUE: (False, False),
        Role.WAREHOUSE: (False, False),
        Role.SUPPORT: (True, False),
        Role.FINANCE: (True, False),
        Role.ADMINISTRATOR: (True, True),
    }


def test_the_log_tells_of_each_provider_how_fast_it_is_and_its_last_error(mongo) -> None:
    now = timezone.now()
    said: list[dict[str, object]] = [
        {"milliseconds": number, "status": 200} for number in range(1, 101)
    ]
    said += [{"error": "first"}, {"status": 503, "response": "full"}]
    mongo[store.COLLECTION].insert_many(
        {
            "provider": "card",
            "at": now.isoformat(),
            "created_at": now + timedelta(seconds=n),
            **each,
        }
        for n, each in enumerate(said)
    )

    summary = reader.summary(now - timedelta(hours=1))["card"]

    assert (summary.p95, summary.last_error) == (95, "HTTP 503")
    assert reader.summary(now + timedelta(hours=1)) == {}


def test_servers_that_are_away_are_said_to_be_and_the_page_stays(
    boss: User, client, settings
) -> None:
    money_in(OrderFactory.create())
    here, settings.MONGODB_URL = settings.MONGODB_URL, "mongodb://127.0.0.1:1/none"
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    page = client.get(reverse("admin:index"))
    close_log(here, settings.MONGODB_URL)

    states = {check.name: check.is_well for check in page.context["board"].checks}
    assert page.status_code == 200
    assert states["Redis"] is states["MongoDB"] is False
    assert page.context["board"].figures.log_is_away


def test_the_worker_is_well_as_long_as_its_tasks_come_in_time(monkeypatch) -> None:
    def are_well() -> tuple[bool, bool]:
        """The worker, and the last backup."""
        checks = system_status.checks()
        return checks[2].is_well, checks[-1].is_well

    unknown = are_well()
    for queue in queues.names()[1:]:
        tasks.beat(queue)
    one_missing = are_well()
    tasks.beat(queues.names()[0])
    Backup.objects.create(size=1)
    well = are_well()
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert unknown == one_missing == (False, False)
    assert (well, are_well()) == ((True, True), (False, True))
    cache.clear()
    assert are_well() == (False, True)


@pytest.mark.parametrize("rows", [10, 1000])
def test_the_page_costs_the_same_in_a_small_and_a_large_shop(
    boss: User, client, rows: int, django_assert_max_num_queries
) -> None:
    first = order_with(VariantFactory.create())
    orders = add_many(first, rows, number="PED-20250101-{:04}", payment_status=PaymentStatus.PAID)
    Payment.objects.bulk_create(
        Payment(
            id=uuid7(),
            number=f"TXN-{order.number}",
            order=order,
            gateway=f"g{number % 5}",
            idempotency_key=str(order.pk),
            amount=1,
            currency="PEN",
            state=PaymentState.FAILED,
        )
        for number, order in enumerate(orders)
    )
    client.get(reverse("admin:index"))  # settings of the shop are written down when first read
    cache.clear()

    with django_assert_max_num_queries(21):
        client.get(reverse("admin:index"))
    with django_assert_max_num_queries(6):
        client.get(reverse("admin:index"))


def test_no_row_made_later_has_a_lower_key_than_its_moment() -> None:
    before = first_id_at(timezone.now())

    cart = Cart.objects.create(expires_at=timezone.now())

    assert before <= cart.pk < first_id_at(timezone.now() + timedelta(seconds=1))
