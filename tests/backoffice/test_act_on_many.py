"""What is done to many rows of a list: by a worker, row by row, in the name of anyone who asked."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from backoffice.bulk import jobs
from backoffice.models import BulkAction, BulkRow
from core.admin import bulk as admin_bulk
from core.admin.bulk import RowAction
from core.database.leases import MAX_ATTEMPTS, claim
from core.ids import uuid7
from reviews.admin import ReviewAdmin
from reviews.models import Review
from shipping.models import Shipment
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import SellerFactory, signed_in
from tests.backoffice.factories import member_of, page_of
from tests.reviews.factories import ReviewFactory
from tests.shipping.sales import planned

pytestmark = pytest.mark.django_db
LIST = page_of(Review, "changelist")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Of three rows an answer takes too long."""
    monkeypatch.setattr(admin_bulk, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "PORTION", 2)


@pytest.fixture
def reader(client) -> User:
    return signed_in(client, Role.SUPPORT)


@pytest.fixture
def reviews() -> list[Review]:
    return ReviewFactory.create_batch(5, status="pending")


def act(client, action="approve_selected", page=LIST, rows=(), **typed):
    """Confirmed for all that the list finds, or for these rows."""
    chosen = [str(row.pk) for row in rows]
    across = {} if rows else {"select_across": "1"}
    keys = chosen or ["the page"]
    sent = {"action": action, "_selected_action": keys, "post": "yes", "index": "0"}
    return client.post(page, sent | across | typed)


def claimed() -> BulkAction:
    """By a worker that is lost, unless the test has it work."""
    action = claim(BulkAction.objects.all(), timedelta(minutes=2))
    assert action
    return action


def approved() -> int:
    return Review.objects.filter(status="approved").count()


def test_a_handful_is_done_at_once_and_more_by_a_worker_whose_page_tells_how_far_he_is(
    reader, client, reviews
):
    client.post(LIST, {"action": "approve_selected", "_selected_action": reviews[0].pk})
    asked_only = approved()
    act(client, rows=reviews[:2])
    at_once = approved(), BulkAction.objects.count()

    page = act(client, page=f"{LIST}?rating=5").url
    action = BulkAction.objects.get()
    begun = client.get(page)
    jobs.work(claimed())
    half = client.get(page).context["progress"]
    jobs.work_off()
    ended = client.get(page)

    assert (asked_only, *at_once) == (0, 2, 0)
    assert page == page_of(BulkAction, "change", action.pk)
    assert (begun.context["progress"].waiting, begun.context["is_live"]) == (5, True)
    assert 'hx-trigger="every' in begun.text
    assert (half.done, half.waiting, half.refused) == (2, 3, 0)
    assert (approved(), ended.context["progress"].done, ended.context["is_live"]) == (5, 5, False)
    assert "hx-trigger" not in ended.text
    assert f'href="{LIST}?rating=5"' in ended.text
    assert page in client.get(LIST).text
    assert {*Review.objects.values_list("moderated_by", flat=True)} == {reader.pk}
    assert not BulkRow.objects.exists()


def test_each_refusal_is_told_with_the_way_to_its_row_and_the_rest_is_done(client):
    signed_in(client, Role.WAREHOUSE)
    good, sent, gone = (planned(1) for _each in range(3))
    page = act(client, "pack_all", page_of(Shipment, "changelist")).url
    dispatch_one(sent.pk, actor_id=None)
    BulkRow.objects.filter(key=gone.pk).update(key=uuid7())

    jobs.work_off()

    shown = client.get(page)
    told = {name: address for name, address, _why in shown.context["refusals"]}
    assert told[sent.number] == page_of(Shipment, "change", sent.pk)
    assert sorted(told.values()) == ["", told[sent.number]]
    assert f'<a href="{told[sent.number]}">' in shown.text
    assert (shown.context["progress"].done, shown.context["progress"].refused) == (1, 2)
    assert Shipment.objects.get(status="packed") == good


def test_what_fails_is_told_without_its_secrets_and_the_rest_is_done(
    reader, client, reviews, monkeypatch
):
    def faulty(_page, _request, review):
        if review == reviews[1]:
            raise ZeroDivisionError("boom")

    monkeypatch.setattr(
        ReviewAdmin, "approve_selected", admin.action(description="X")(RowAction(faulty))
    )
    at_once = client.get(act(client, rows=reviews[:2]).url)
    page = act(client).url

    jobs.work_off()

    shown = client.get(page)
    assert [message.level_tag for message in at_once.context["messages"]] == ["success", "error"]
    assert (shown.context["progress"].done, shown.context["progress"].refused) == (4, 1)
    assert page_of(Review, "change", reviews[1].pk) in shown.text
    assert "boom" not in shown.text


def test_rights_count_when_the_rows_are_taken(reader, client, reviews):
    act(client)
    reader.groups.clear()

    jobs.work_off()

    action = BulkAction.objects.get()
    assert (approved(), bool(action.stopped), bool(action.finished_at)) == (0, True, True)


def test_what_a_lost_worker_had_is_gone_on_with_and_what_loses_workers_is_left_out(
    reader, client, reviews
):
    act(client)
    lost = claimed()
    nobody = jobs.work_off()
    BulkAction.objects.update(claimed_until=timezone.now(), attempts=MAX_ATTEMPTS)

    jobs.work_off()

    action = BulkAction.objects.get(pk=lost.pk)
    assert nobody == 0
    assert jobs.progress(action) == jobs.Progress(total=5, waiting=0, refused=1)
    assert (approved(), action.attempts, action.stopped) == (4, 0, "")


def test_who_asked_stops_it_and_nobody_else_sees_it(reader, client, reviews):
    page = act(client).url
    stop = reverse("admin:backoffice_bulkaction_stop", args=[BulkAction.objects.get().pk])
    jobs.work(claimed())

    signed_in(client, Role.SUPPORT)
    others = client.get(page), client.post(stop), client.get(page_of(BulkAction, "changelist"))
    signed_in(client, Role.ADMINISTRATOR)
    chief = client.get(page), client.post(stop), client.get(page_of(BulkAction, "changelist"))
    client.force_login(reader)
    client.post(stop)
    jobs.work_off()

    assert [answer.status_code for answer in others] == [403, 404, 403]
    assert [answer.status_code for answer in chief] == [200, 403, 200]
    assert (approved(), client.get(page).context["progress"].waiting) == (2, 3)


@pytest.mark.parametrize(
    "odd",
    [
        {"_selected_action": "x"},
        {"_selected_action": "\0"},
        {"action": ["approve_selected", "bogus"]},
    ],
)
def test_what_no_list_sends_is_no_fault_of_the_shop(reader, client, reviews, odd):
    sent = {"action": "approve_selected", "_selected_action": reviews[0].pk, "index": "0"}

    assert client.post(LIST, {**sent, **odd}).status_code == 400


def test_a_sellers_people_have_their_own_rows_taken_alone(client):
    seller = SellerFactory.create()
    foreign, *own = (planned(1) for _each in range(4))
    Shipment.objects.filter(pk__in=[row.pk for row in own]).update(seller=seller)
    client.force_login(member_of(seller))
    act(client, "pack_all", page_of(Shipment, "changelist"), own)
    action = BulkAction.objects.get()
    BulkRow.objects.create(bulk_action=action, key=str(foreign.pk))

    jobs.work_off()

    assert set(Shipment.objects.filter(status="packed")) == set(own)
    assert jobs.progress(action).refused == 1


def test_what_was_finished_long_ago_is_forgotten(reader, client, reviews):
    act(client)
    act(client)
    jobs.stop(BulkAction.objects.earliest("pk").pk)
    BulkAction.objects.exclude(finished_at=None).update(finished_at=timezone.now() - jobs.KEPT)

    assert (jobs.forget_old(), BulkAction.objects.count(), BulkRow.objects.count()) == (1, 1, 5)
