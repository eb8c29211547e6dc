"""What a list that has grown offers in its filters, and how often it is searched."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.admin import lists
from core.admin.filters import MAX_CHOICES
from outbox.models import Message
from promotions.models import Coupon, Promotion
from tests.backoffice.factories import page_of
from tests.promotions.factories import PromotionFactory

pytestmark = pytest.mark.django_db


def choices_of(client, address, parameter):
    found = client.get(address).context["cl"]
    spec = next(each for each in found.filter_specs if parameter in each.expected_parameters())
    return spec, list(spec.choices(found))


def test_a_filter_offers_the_commonest_values_the_chosen_one_and_a_field_for_others(boss, client):
    Message.objects.bulk_create(
        Message(event=f"x.E{each % 40:02}", handler="x.y", payload={}) for each in range(75)
    )
    page = page_of(Message, "changelist")

    spec, offered = choices_of(client, page, "event")
    _spec, chosen = choices_of(client, f"{page}?event=x.E39", "event")
    other = client.get(f"{page}?event=x.E39&q=y")

    assert spec.is_cut
    assert len(offered) == 1 + MAX_CHOICES
    assert "?event=x.E39" not in {each["query_string"] for each in offered}
    assert [each["query_string"] for each in chosen if each["selected"]] == ["?event=x.E39"]
    form = other.text.split('class="dates"')[-1]
    assert 'name="event"' in form
    assert '<input type="hidden" name="q" value="y">' in form


def test_a_filter_by_another_table_offers_few_rows_and_the_chosen_one(boss, client):
    kits = PromotionFactory.create_batch(MAX_CHOICES + 3)
    page = page_of(Coupon, "changelist")
    parameter = "promotion__id__exact"
    last = Promotion.objects.order_by(*site.get_model_admin(Promotion).get_ordering(None)).last()

    spec, offered = choices_of(client, page, parameter)
    _spec, chosen = choices_of(client, f"{page}?{parameter}={last.pk}", parameter)
    nonsense = client.get(f"{page}?{parameter}=nonsense")

    assert (len(kits), spec.is_cut) == (33, True)
    assert len([each for each in offered if parameter in each["query_string"]]) == MAX_CHOICES
    assert [str(last.pk) in each["query_string"] for each in chosen if each["selected"]] == [True]
    assert str(MAX_CHOICES) in client.get(page).text
    assert nonsense.status_code == 302


def test_a_search_looks_for_its_words_once(boss, client):
    Message.objects.bulk_create(
        Message(event="x.E", handler=f"x.{each}", payload={}) for each in range(70)
    )
    address = f"{page_of(Message, 'changelist')}?q=x."

    with CaptureQueriesContext(connection) as asked:
        found = client.get(address).context["cl"]

    assert (found.result_count, len(found.result_list)) == (70, 50)
    assert [row.pk for row in found.result_list] == list(
        Message.objects.order_by(*found.queryset.query.order_by).values_list("pk", flat=True)[:50]
    )
    assert len([each for each in asked.captured_queries if "LIKE" in each["sql"]]) == 1


def test_a_search_that_finds_many_lists_them_all_the_same(boss, client, monkeypatch):
    monkeypatch.setattr(lists, "MAX_LISTED", 60)
    Message.objects.bulk_create(
        Message(event="x.E", handler=f"x.{each}", payload={}) for each in range(70)
    )

    found = client.get(f"{page_of(Message, 'changelist')}?q=x.").context["cl"]

    assert found.result_count == 70
