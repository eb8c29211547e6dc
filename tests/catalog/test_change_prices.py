"""Prices of many variants on one page of the back office."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.permissions import Role
from catalog.models import PriceHistory, Product, ScheduledPrice, Variant
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import page_of
from tests.catalog import staff
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db
PAGE = "admin:catalog_variant_prices"
boss, seller = staff.boss, staff.seller


def rows(*variants):
    return [f"{each.pk}|{each.list_price}|{each.sale_price or ''}" for each in variants]


def ask(client, *variants, **typed):
    step = {"kind": "list_percent", "value": "10", "rounded_to": "0.01", "row": rows(*variants)}
    return client.post(reverse(PAGE), {**step, **typed})


def said(client, response):
    page = client.get(response["Location"])
    return [(m.level_tag, str(m)) for m in page.context["messages"]]


@pytest.mark.parametrize("model", [Product, Variant])
def test_the_lists_lead_to_the_page_with_what_was_chosen(model, boss, client):
    variant = VariantFactory.create(sale_price=Decimal(80))
    VariantFactory.create()
    chosen = variant.pk if model is Variant else variant.product_id

    page = client.post(
        page_of(model, "changelist"), {"action": "change_prices", "_selected_action": [chosen]}
    )

    assert [row.variant for row in page.context["rows"]] == [variant]
    assert rows(variant)[0] in page.text


def test_new_prices_are_shown_before_they_are_set_and_set_once(boss, client):
    variants = [VariantFactory.create(), VariantFactory.create(sale_price=Decimal(80))]

    preview = ask(client, *variants)
    assert PriceHistory.objects.count() == 2
    answers = [ask(client, *variants, apply="") for _ in range(2)]

    assert [row.after.list_price for row in preview.context["rows"]] == [110, 110]
    assert set(Variant.objects.values_list("list_price", flat=True)) == {Decimal(110)}
    assert [level for level, _text in said(client, answers[0])] == ["success", "error", "error"]


def test_who_may_only_look_sets_no_price_and_nonsense_is_none(client, settings):
    settings.DEMO = True
    roles.sync()
    user = UserFactory.create(is_staff=True)
    user.groups.add(Group.objects.get(name=Role.SUPPORT))
    client.force_login(user)
    variant = VariantFactory.create()

    looked = ask(client, variant, apply="")
    user.groups.add(Group.objects.get(name=Role.CATALOGUE))
    nonsense = ask(client, row=[f"{variant.pk}|{each}|" for each in ("NaN", "1e30")])

    assert (looked.status_code, nonsense.context["rows"]) == (403, [])
    assert PriceHistory.objects.count() == 1


def test_odd_and_impossible_prices_stop_only_themselves(boss, client):
    plain = VariantFactory.create(product__base_price=Decimal(30))
    odd = VariantFactory.create()
    offer = VariantFactory.create(sale_price=Decimal(80))
    step = {"kind": "list_set", "value": "40", "apply": ""}

    first = ask(client, plain, odd, offer, **step)
    for each in (plain, odd, offer):
        each.refresh_from_db()
    second = ask(client, odd, **step, confirm_price="on")

    prices = [Variant.objects.get(pk=each.pk).list_price for each in (plain, odd, offer)]
    assert prices == [40, 40, 100]
    assert first.status_code == second.status_code == 302


def test_prices_are_planned_for_a_time_to_come(boss, client):
    variant = VariantFactory.create()
    start = timezone.localtime() + timedelta(days=1)
    times = {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "apply": ""}
    step = {"kind": "sale_percent", "value": "20", **times}

    first, second = ask(client, variant, **step), ask(client, variant, **step)

    plan = ScheduledPrice.objects.get()
    assert (plan.variant, plan.kind, plan.amount) == (variant, "sale", 80)
    assert [level for level, _text in said(client, first)] == ["success", "error"]
    assert second.status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "nonsense"},
        {"value": ""},
        {"value": "NaN"},
        {"value": "1e400"},
        {"value": "99999999999999"},
        {"rounded_to": "0"},
        {"starts_at": "mañana"},
        {"starts_at": "2030-01-02T00:00", "ends_at": "2030-01-01T00:00"},
        {"kind": "sale_end", "ends_at": "2030-01-01T00:00"},
    ],
)
def test_a_step_that_makes_no_sense_is_shown_again(typed, boss, client):
    variant = VariantFactory.create()

    page = ask(client, variant, **typed)

    assert page.status_code == 422
    assert page.context["form"].errors
    assert [row.variant for row in page.context["rows"]] == [variant]


@pytest.mark.parametrize("row", ["", "x", "x|1|", "|||", "019a-0000|1|1", "\x00|1|"])
def test_rows_that_nobody_can_read_are_left_out(row, boss, client):
    assert ask(client, row=[row]).status_code == 200


def test_sellers_change_no_prices_of_others(seller, client):
    own = VariantFactory.create(product__seller=seller)
    foreign = VariantFactory.create()

    ask(client, own, foreign, apply="")

    assert Variant.objects.get(pk=own.pk).list_price == 110
    assert Variant.objects.get(pk=foreign.pk).list_price == 100


def test_a_scheduled_price_is_edited_until_it_runs(boss, client):
    variant = VariantFactory.create()
    form = {"variant": variant.pk, "kind": "sale", "amount": "20", "starts_at_0": "2030-01-01"}
    form |= {"starts_at_1": "00:00", "ends_at_0": "2030-02-01", "ends_at_1": "00:00"}
    add = page_of(ScheduledPrice, "add")

    odd = client.post(add, form)
    saved = client.post(add, {**form, "confirm_price": "on"})
    again = client.post(add, {**form, "amount": "60"})
    above = client.post(add, {**form, "kind": "sale", "amount": "160", "starts_at_0": "2031-01-01"})

    assert [each.status_code for each in (odd, saved, again, above)] == [200, 302, 200, 200]
    plan = ScheduledPrice.objects.get()
    assert client.get(page_of(ScheduledPrice, "delete", plan.pk)).status_code == 200
    ScheduledPrice.objects.update(status="running")
    page = client.get(page_of(ScheduledPrice, "change", plan.pk))
    assert "amount" not in page.context["adminform"].form.fields
    assert client.get(page_of(ScheduledPrice, "delete", plan.pk)).status_code == 403
