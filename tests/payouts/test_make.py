"""Statements: at which rate, what of, made once, approved by another, paid by one transfer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Customer, SellerMember
from accounts.permissions import Role
from core.exceptions import DomainError
from orders.models import Order
from outbox.services import publish
from outbox.tasks import deliver_due
from payments.models import Dispute
from payments.states import DisputeState
from payouts import services
from payouts.events import StatementApproved
from payouts.exceptions import NothingOwed, NotThisStep, PeriodTaken, ReferenceTaken
from payouts.models import Commission, SellerSale, Statement, StatementLine, StatementStatus
from payouts.tasks import make_statements
from returns import services as returns
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory, house, signed_in
from tests.catalog.factories import CategoryFactory
from tests.concurrency import at_once
from tests.orders.factories import new_line
from tests.payouts.factories import (
    DELIVERY,
    FIRST_DAY,
    LONG_AGO,
    account_of,
    approved,
    carry_out,
    charge_back,
    give_back,
    goods_of,
    owe,
    sold,
    stated,
)
from tests.pdf import text_of
from tests.returns.factories import arrived, paid, received

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("known", "percent"),
    [
        ([], "10"),
        (["top"], "5"),
        (["top", "shelf"], "6"),
        (["top", "shelf", "seller"], "7"),
        (["top", "shelf", "seller", "seller+top"], "8"),
        (["top", "shelf", "seller", "seller+top", "seller+shelf"], "9"),
        (["other seller", "other shelf"], "10"),
    ],
)
def test_the_most_specific_rate_holds(known, percent):
    seller, top = SellerFactory.create(), CategoryFactory.create()
    shelf = CategoryFactory.create(parent=top, family=top.family)
    rates = {
        "top": {"category": top, "percent": 5},
        "shelf": {"category": shelf, "percent": 6},
        "seller": {"seller": seller, "percent": 7},
        "seller+top": {"seller": seller, "category": top, "percent": 8},
        "seller+shelf": {"seller": seller, "category": shelf, "percent": 9},
        "other seller": {"seller": SellerFactory.create(), "percent": 1},
        "other shelf": {"category": CategoryFactory.create(), "percent": 2},
    }
    for name in known:
        Commission.objects.create(**rates[name])

    order = paid(new_line(goods_of(seller, category=shelf)))
    services.note_sales(order.pk)

    assert SellerSale.objects.get().percent == Decimal(percent)


def test_a_new_rate_holds_for_new_sales_alone():
    seller = SellerFactory.create()
    rate = Commission.objects.create(seller=seller, percent=5)
    sold(seller)

    rate.percent = Decimal(50)
    rate.save()
    sold(seller)

    assert [line.commission / line.amount for line in account_of(seller).lines] == [
        Decimal("0.05"), Decimal("0.5"),
    ]  # fmt: skip
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        SellerSale.objects.update(percent=1)


def test_what_has_not_come_is_not_paid_or_is_the_houses_is_on_no_statement():
    seller = SellerFactory.create()
    paid(new_line(goods_of(seller)))
    sold(house())
    owe()

    assert account_of(seller).is_empty
    assert not SellerSale.objects.filter(order_line__seller__is_house=True).exists()
    with pytest.raises(NothingOwed):
        stated(seller)


def test_a_line_is_owed_since_it_has_arrived_whenever_that_is_noticed():
    order = arrived(new_line(goods_of(SellerFactory.create())))
    Shipment.objects.update(delivered_at=LONG_AGO)
    Order.objects.filter(pk=order.pk).update(paid_at=LONG_AGO - timedelta(days=1))

    services.note_sales()

    assert SellerSale.objects.get().due_at == LONG_AGO


def test_a_return_costs_its_own_seller_and_goodwill_the_delivery_first():
    careful, careless = SellerFactory.create(), SellerFactory.create()
    order = sold(careful, careless)
    line = order.lines.get(seller=careless)

    back = received(order, {line.pk: 1})
    returns.refund(back.pk, actor_id=UserFactory.create().pk)
    carry_out(back.refunds.get())
    give_back(order, DELIVERY)

    assert account_of(careful).refunds == 0
    assert account_of(careless).refunds == line.total
    assert account_of(careless).payout == 0


def test_a_refund_after_the_statement_is_taken_from_the_next_and_what_is_left_carried_on():
    seller = SellerFactory.create()
    order = sold(seller)
    first = approved(seller)

    charge_back(order, order.total)
    second = approved(seller, days=1)
    sold(seller)
    third = approved(seller, days=2)

    worth = order.lines.get().total
    assert first.payout == worth * Decimal("0.9") == -second.payout
    assert (second.sales, second.refunds, second.commission) == (0, worth, -first.commission)
    assert (second.status, third.carried_from) == (StatementStatus.CLOSED, second)
    assert third.carried == second.payout
    assert third.payout == third.sales - third.commission + second.payout
    with pytest.raises(NothingOwed):
        stated(seller, days=3)


def test_a_discarded_draft_leaves_everything_open():
    seller = SellerFactory.create()
    sold(seller)
    before = account_of(seller).payout
    draft = stated(seller)

    services.discard(draft.pk)

    assert account_of(seller).payout == before > 0
    assert stated(seller).payout == before


def test_an_approved_statement_stays_as_it_is():
    seller = SellerFactory.create()
    sold(seller)
    statement = approved(seller)

    with pytest.raises(NotThisStep):
        services.discard(statement.pk)
    with pytest.raises(NotThisStep):
        services.approve(statement.pk, actor_id=UserFactory.create().pk)
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        StatementLine.objects.update(amount=0)
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        StatementLine.objects.all().delete()


def test_the_database_pays_no_line_twice():
    seller = SellerFactory.create()
    sold(seller)
    line = stated(seller).lines.get()
    other = Statement.objects.create(
        number="LIQ-X", seller=seller, currency="PEN", period=(FIRST_DAY + timedelta(9), None)
    )

    with pytest.raises(IntegrityError, match="paid for once"), transaction.atomic():
        StatementLine.objects.create(
            statement=other, order_line=line.order_line, amount=line.amount, commission=0
        )


def test_days_are_whole_and_stand_on_one_statement():
    seller = SellerFactory.create()
    sold(seller)

    with pytest.raises(PeriodTaken):
        services.make(seller.pk, last_day=timezone.localdate(), currency="PEN")
    statement = stated(seller)
    sold(seller)
    with pytest.raises(PeriodTaken):
        stated(seller)

    assert (statement.first_day, statement.last_day) == (timezone.localdate(LONG_AGO), FIRST_DAY)


def test_the_clock_writes_each_sellers_month_once():
    sellers = [SellerFactory.create(), SellerFactory.create()]
    sold(*sellers)

    assert (make_statements(), make_statements()) == (2, 0)
    assert {each.seller for each in Statement.objects.all()} == set(sellers)


def test_who_made_a_statement_does_not_approve_it():
    seller, maker = SellerFactory.create(), UserFactory.create()
    sold(seller)
    statement = stated(seller, actor_id=maker.pk)

    with pytest.raises(NotThisStep):
        services.approve(statement.pk, actor_id=maker.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(approved_by=maker)
    statement.refresh_from_db()
    assert statement.status == StatementStatus.DRAFT


def test_a_transfer_pays_one_statement_however_it_is_spelled():
    one, two = SellerFactory.create(), SellerFactory.create()
    sold(one, two)
    first, second = approved(one), approved(two)

    services.pay(first.pk, bank_reference=" op-77 ")
    for reference in ("OP-77", "op-77  ", "  "):
        with pytest.raises(ReferenceTaken):
            services.pay(second.pk, bank_reference=reference)
    with pytest.raises(NotThisStep):
        services.pay(first.pk, bank_reference="OP-78")

    second.refresh_from_db()
    assert (second.status, second.bank_reference) == (StatementStatus.APPROVED, "")


@pytest.mark.django_db(transaction=True)
def test_two_people_write_the_same_statement_once():
    seller = SellerFactory.create()
    sold(seller)

    def write() -> bool:
        try:
            stated(seller)
        except DomainError:
            return False
        return True

    assert sum(at_once(write, times=4)) == 1
    assert StatementLine.objects.count() == 1


def content_of(attached):
    with attached.open() as file:
        return file.read()


@pytest.mark.parametrize(("language", "word"), [("es", "Liquidación"), ("en", "Statement")])
def test_the_owner_hears_of_his_statement_once_and_of_its_payment(language, word):
    seller, owner = SellerFactory.create(), UserFactory.create()
    SellerMember.objects.create(seller=seller, user=owner, role="owner")
    SellerMember.objects.create(seller=seller, user=UserFactory.create())
    Customer.objects.create(user=owner, language=language)
    order = sold(seller)
    statement = approved(seller)

    publish(StatementApproved(statement_id=str(statement.pk)))
    deliver_due()
    services.pay(statement.pk, bank_reference="OP-1")
    deliver_due()

    ready, sent = Email.objects.filter(subject__contains=statement.number).order_by("pk")
    assert (ready.to, sent.to) == ([owner.email], [owner.email])
    assert "OP-1" in sent.message
    table, paper = (content_of(each.file) for each in ready.attachments.order_by("name"))
    assert word in text_of(paper)
    assert order.number in text_of(paper)
    assert order.number in table.decode()


def test_staff_look_write_approve_and_pay_in_the_admin(client, settings):
    settings.DEMO = True
    seller = SellerFactory.create()
    sold(seller)
    signed_in(client, Role.FINANCE)
    asked = {"seller": seller.pk, "last_day": FIRST_DAY.isoformat(), "currency": "PEN"}
    page = reverse("admin:payouts_statement_make")

    shown = client.get(page, asked)
    assert (shown.status_code, Statement.objects.count()) == (200, 0)
    assert client.get(page, {**asked, "last_day": "9999-12-31"}).context["form"].errors
    assert client.post(page, asked).status_code == 302
    statement = Statement.objects.get()
    approve, pay = (
        reverse("admin:payouts_statement_step", args=[statement.pk, step])
        for step in ("approve", "pay")
    )
    refused = client.post(approve)
    signed_in(client, Role.FINANCE)
    client.post(approve)
    client.post(pay, {"bank_reference": "OP-5"})

    statement.refresh_from_db()
    assert refused.status_code == 409
    assert (statement.status, statement.bank_reference) == ("paid", "OP-5")


def disputed(order: Order) -> Dispute:
    return Dispute.objects.create(
        payment=order.payments.get(),
        provider="manual",
        reference=order.number,
        amount=order.total,
        currency=order.currency,
    )


def test_a_sale_waits_for_the_bank_while_its_money_is_disputed():
    seller = SellerFactory.create()
    order, other = sold(seller), sold(seller)
    dispute = disputed(order)

    assert {each.line.order_id for each in account_of(seller).lines} == {other.pk}
    dispute.state = DisputeState.WON
    dispute.save()
    assert {each.line.order_id for each in account_of(seller).lines} == {order.pk, other.pk}


def test_a_draft_that_names_a_disputed_order_is_not_approved():
    seller = SellerFactory.create()
    order = sold(seller)
    draft = stated(seller)
    disputed(order)

    with pytest.raises(NotThisStep, match=order.number):
        services.approve(draft.pk, actor_id=UserFactory.create().pk)

    draft.refresh_from_db()
    assert draft.status == StatementStatus.DRAFT
