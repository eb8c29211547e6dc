from urllib.parse import urlencode

import pytest
from django.contrib.admin import site
from django.forms import JSONField
from django.urls import reverse

from accounts.models import Seller
from core.admin.base import StaffAdmin
from inventory.models import Movement, MovementKind, StockLevel
from orders.models import Order, OrderDiscount, OrderEvent, OrderEventKind, OrderLine
from orders.states import OrderStatus
from tests.accounts.factories import SellerFactory, UserFactory
from tests.backoffice.factories import MODELS, member_of, order_with, page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import MovementFactory, stocked

pytestmark = pytest.mark.django_db
MAX_QUERIES = 25


@pytest.fixture
def boss(boss, client):
    """The caches are as warm as in a shop that is open."""
    client.get(reverse("admin:index"))
    return boss


def test_every_list_can_be_searched(boss, client, no_menu):
    answers = {model: client.get(page_of(model, "changelist"), {"q": "algo"}) for model in MODELS}

    assert {model for model, answer in answers.items() if answer.status_code != 200} == set()


def json_boxes(context):
    """Names of fields into which people would type JSON, which is nobody's work."""
    if not context or "adminform" not in context:
        return []
    below = (rows.formset.empty_form for rows in context["inline_admin_formsets"])
    forms = [context["adminform"].form, *below]
    fields = [each for form in forms for each in form.fields.items()]
    return [name for name, field in fields if isinstance(field, JSONField)]


def test_every_form_opens_where_rows_may_be_added(
    boss, client, no_menu, django_assert_max_num_queries
):
    for model in MODELS:
        with django_assert_max_num_queries(MAX_QUERIES, info=model._meta.label):
            response = client.get(page_of(model, "add"))

        may_add = site.get_model_admin(model).has_add_permission(response.wsgi_request)
        assert response.status_code == (200 if may_add else 403), model
        assert json_boxes(response.context) == [], model


def test_pages_of_libraries_show_what_is_no_choice_again(boss, client):
    wrong = {"emails": "x", "user": "x", "to": "x", "attachments-0-attachment": "x"}
    rows = {"attachments-TOTAL_FORMS": "1", "attachments-INITIAL_FORMS": "0"}
    pages = [model for model in MODELS if model._meta.app_label in ("account", "post_office")]

    answers = [client.post(page_of(model, "add"), wrong | rows) for model in pages]
    answers += [client.get(page_of(model, "add"), wrong) for model in pages]
    answers += [client.get(page_of(model, "change", "1") + "?_to_field=") for model in pages]

    assert {answer.status_code for answer in answers} <= {200, 302, 403}


def test_every_page_of_ours_loses_no_edit_and_shows_what_is_no_choice_again(boss, client):
    ours = [model for model in MODELS if model._meta.app_label not in ("account", "post_office")]
    pages = {model: site.get_model_admin(model) for model in ours}
    chosen = {model: page.autocomplete_fields for model, page in pages.items()}

    answers = [
        client.post(page_of(model, "add"), dict.fromkeys(fields, "x")).status_code
        for model, fields in chosen.items()
        if fields
    ]

    assert all(isinstance(page, StaffAdmin) for page in pages.values())
    assert max(answers) < 500


def test_a_new_row_is_saved_together_with_those_below_it(boss, client):
    member = UserFactory.create()
    form = {
        "name": "Telares",
        "slug": "telares",
        "status": "approved",
        "members-TOTAL_FORMS": 1,
        "members-INITIAL_FORMS": 0,
        "members-0-user": member.pk,
        "members-0-role": "owner",
    }

    response = client.post(page_of(Seller, "add"), form)

    assert response.status_code == 302
    assert Seller.objects.get(slug="telares").members.get().user == member


def test_staff_of_a_real_shop_need_a_second_factor(client, settings):
    settings.DEMO = settings.DEBUG = False
    settings.SECURE_SSL_REDIRECT = False
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    first = client.get(reverse("admin:index"))
    then = client.get(first["Location"])

    assert then.status_code == 302
    assert then["Location"] == reverse("mfa_activate_totp")


def test_a_stock_level_says_why_it_is_what_it_is(boss, client):
    variant = stocked(5)
    level = variant.stock_levels.get()
    MovementFactory.create(
        variant=variant,
        warehouse=level.warehouse,
        kind=MovementKind.WRITE_OFF,
        quantity=-2,
        note="se rompió",
    )

    page = client.get(page_of(StockLevel, "change", level.pk))
    every = client.get(
        page_of(Movement, "changelist"),
        {"variant__id__exact": variant.pk, "warehouse__id__exact": level.warehouse_id},
    )

    assert [effect.shelf for effect in page.context["why"].effects] == [5, -2]
    assert "se rompió" in page.text
    assert len(every.context["cl"].result_list) == 2


def test_the_page_of_an_order_shows_its_file(boss, client, django_assert_max_num_queries):
    order = order_with(VariantFactory.create(), VariantFactory.create())

    with django_assert_max_num_queries(MAX_QUERIES):
        response = client.get(page_of(Order, "change", order.pk))

    assert response.status_code == 200
    assert all(line.sku in response.text for line in order.lines.all())
    assert [step.name for step in response.context["steps"]] == ["cancel"]


@pytest.mark.parametrize("rows", [10, 200])
def test_the_page_of_an_order_costs_the_same_however_long_it_is(
    rows, boss, client, django_assert_max_num_queries
):
    order = order_with(VariantFactory.create())
    line = order.lines.get()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant=line.variant,
            seller=line.seller,
            position=position,
            name=line.name,
            sku=line.sku,
            quantity=1,
            list_price=0,
            unit_price=0,
            total=0,
        )
        for position in range(1, rows)
    )
    OrderDiscount.objects.bulk_create(
        OrderDiscount(order=order, line=line, reason="Oferta", amount=1)
        for line in order.lines.all()
    )
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, kind=OrderEventKind.NOTE, actor=boss) for _ in range(rows)
    )

    with django_assert_max_num_queries(MAX_QUERIES):
        response = client.get(page_of(Order, "change", order.pk))

    assert response.text.count(line.sku) == rows


def test_staff_cancel_an_order_with_a_reason(boss, client):
    order = order_with(VariantFactory.create())

    client.post(reverse("admin:orders_order_step", args=[order.pk, "cancel"]), {"note": "broma"})

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert order.events.get(kind="cancelled").actor == boss


@pytest.mark.parametrize(("step", "note"), [("cancel", ""), ("confirm", ""), ("nonsense", "x")])
def test_a_step_that_does_not_fit_is_refused_in_words(step, note, boss, client):
    order = order_with(VariantFactory.create())
    address = reverse("admin:orders_order_step", args=[order.pk, step])

    response = client.post(address, {"note": note}, follow=True)

    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_a_step_is_never_taken_by_following_a_link(boss, client):
    order = order_with(VariantFactory.create())

    response = client.get(reverse("admin:orders_order_step", args=[order.pk, "cancel"]))

    assert response.status_code == 405


@pytest.fixture
def seller(client):
    """A seller whose member is signed in."""
    seller = SellerFactory.create()
    client.force_login(member_of(seller))
    return seller


def test_a_seller_sees_own_lines_and_nothing_of_the_others(seller, client):
    own = VariantFactory.create(product=ProductFactory.create(seller=seller))
    foreign = VariantFactory.create()
    mixed = order_with(own, foreign, email="secreto@example.com")
    order_with(foreign)

    listed = client.get(page_of(Order, "changelist"))
    shown = client.get(page_of(Order, "change", mixed.pk))

    assert list(listed.context["cl"].result_list) == [mixed]
    assert own.sku in shown.text
    for secret in (foreign.sku, "secreto@example.com"):
        assert secret not in listed.text + shown.text


def test_a_seller_takes_no_steps_and_opens_no_foreign_order(seller, client):
    own = order_with(VariantFactory.create(product=ProductFactory.create(seller=seller)))
    foreign = order_with(VariantFactory.create())

    client.post(reverse("admin:orders_order_step", args=[own.pk, "cancel"]), {"note": "x"})
    refused = client.post(
        reverse("admin:orders_order_step", args=[foreign.pk, "cancel"]), {"note": "x"}
    )

    own.refresh_from_db()
    assert own.status == OrderStatus.PENDING
    assert refused.status_code == 404
    assert client.get(page_of(Order, "change", foreign.pk)).status_code == 302


def test_the_pages_of_the_back_office_obey_the_strict_policy(boss, client):
    order = order_with(VariantFactory.create())
    pages = (reverse("admin:index"), page_of(Order, "change", order.pk))

    for page in pages:
        text = client.get(page).text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_staff_change_the_language_and_stay_where_they_are(boss, client):
    spanish = client.get(reverse("admin:orders_order_changelist"), {"q": "PED"})

    assert '/en/admin/orders/order/?q=PED"' in spanish.content.decode()


def test_who_signs_in_gets_to_the_page_he_wanted_in_its_language(client):
    wanted = "/en/admin/orders/order/?q=PED"

    asked = client.get(wanted, follow=True)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    signed_in = client.get("/en/admin/login/", {"next": wanted})

    assert asked.request["PATH_INFO"] == "/en/account/login/"
    assert asked.request["QUERY_STRING"] == urlencode({"next": wanted})
    assert signed_in.url == wanted


def test_who_is_signed_in_and_no_staff_is_told_so_and_not_sent_in_circles(client):
    client.force_login(UserFactory.create())

    for page in (reverse("admin:index"), page_of(Order, "changelist")):
        answer = client.get(page, follow=True)

        assert answer.status_code == 403
        assert "login" in answer.redirect_chain[0][0]
