"""Money that goes back by Conekta, which knows refunds of orders and no keys for them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from payments import tasks
from payments.models import Dispute, Refund
from payments.services.settle import settle
from payments.states import DisputeState, RefundState
from tests.payments.steps import (
    HUNDRED,
    ask_back,
    begin,
    give_back_all,
    later,
    money_of,
    net,
    paid,
    ring,
)
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


def test_who_pays_by_card_and_in_cash_too_gets_one_of_them_back(conekta):
    payment = begin(conekta)
    conekta.account.pay_later(payment.gateway_id)
    conekta.pay(payment)
    ring(conekta)

    conekta.account.arrive(payment.gateway_id)
    ring(conekta)
    give_back_all()

    assert conekta.paid_total() == 2 * HUNDRED
    assert conekta.refunded_total() == net(payment) == HUNDRED
    assert money_of(payment) == "paid"


@pytest.mark.parametrize("is_told", [False, True])
def test_where_conekta_chose_another_charge_a_lost_refund_is_found_all_the_same(conekta, is_told):
    payment = begin(conekta)
    conekta.account.pay_later(payment.gateway_id)
    conekta.pay(payment)
    conekta.account.clock_offset = timedelta(minutes=1)
    conekta.account.arrive(payment.gateway_id)
    conekta.server.fail(conekta.paths["refund"], Fault.CUT)
    ring(conekta)
    tasks.submit_refunds()
    asked = Refund.objects.get()
    by_cash, by_card = conekta.account.orders[payment.gateway_id]["charges"]["data"]
    assert (asked.capture_reference, by_card["status"]) == (by_cash["id"], "refunded")

    if is_told:
        ring(conekta)
    later(minutes=2)
    give_back_all()
    ring(conekta)

    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert conekta.refunded_total() == net(payment) == HUNDRED


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE])
@pytest.mark.parametrize("waits", [False, True])
def test_a_refund_whose_answer_is_lost_is_found_and_not_made_again(conekta, fault, waits):
    payment = paid(conekta)
    refund = ask_back(payment)
    conekta.account.refunds_wait = waits
    conekta.server.fail(conekta.paths["refund"], fault)

    give_back_all()
    if waits:
        conekta.account.finish_refund(payment.gateway_id)
    later(minutes=2)
    ring(conekta)

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert conekta.refunded_total() == HUNDRED - net(payment) == Decimal(30)


def test_a_second_refund_of_the_same_amount_is_made_while_the_first_is_pending(conekta):
    payment = paid(conekta)
    conekta.account.refunds_wait = True
    ask_back(payment)
    tasks.submit_refunds()
    ask_back(payment)
    tasks.submit_refunds()

    conekta.account.finish_refund(payment.gateway_id)
    ring(conekta)

    assert conekta.refunded_total() == HUNDRED - net(payment) == Decimal(60)
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.SUCCEEDED}


def test_a_refund_that_hangs_and_fails_leaves_the_order_paid(conekta):
    payment = paid(conekta)
    conekta.account.refunds_wait = True
    refund = ask_back(payment)
    tasks.submit_refunds()

    conekta.account.finish_refund(payment.gateway_id, is_given=False)
    ring(conekta)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refund_reserved) == (RefundState.FAILED, 0)
    assert money_of(payment) == "paid"


def test_cash_that_the_till_takes_back_is_no_longer_ours(conekta):
    payment = begin(conekta)
    conekta.account.pay_later(payment.gateway_id)
    conekta.account.arrive(payment.gateway_id)
    ring(conekta)

    conekta.account.reverse(payment.gateway_id)
    ring(conekta)
    settle(payment.pk)

    assert net(payment) == 0
    assert Refund.objects.get().state == RefundState.EXTERNAL
    assert money_of(payment) == "refunded"


@pytest.mark.parametrize(
    ("outcome", "state", "kept"), [("won", "won", HUNDRED), ("lost", "lost", Decimal(0))]
)
def test_a_chargeback_takes_the_money_and_gives_it_back_only_if_won(conekta, outcome, state, kept):
    payment = paid(conekta)
    conekta.account.dispute(payment.gateway_id)
    ring(conekta)
    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
    assert Dispute.objects.get().respond_by is not None
    assert net(payment) == 0

    conekta.account.move_dispute(payment.gateway_id, "under_review")
    ring(conekta)
    assert Dispute.objects.get().state == DisputeState.UNDER_REVIEW
    conekta.account.move_dispute(payment.gateway_id, outcome)
    ring(conekta)

    assert Dispute.objects.get().state == state
    assert net(payment) == kept


def test_a_chargeback_of_which_the_papers_come_later_takes_the_money_once(conekta):
    payment = paid(conekta)
    charge = conekta.account.dispute(payment.gateway_id)
    papers = charge.pop("chargeback")
    settle(payment.pk)
    assert net(payment) == 0

    charge["chargeback"] = papers
    settle(payment.pk)

    assert net(payment) == 0
    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
