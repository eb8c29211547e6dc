"""From the application to a seller who signs in, sells, is suspended and sells again."""

import re
from decimal import Decimal

import pytest
from constance import config
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Seller, SellerMember, User
from accounts.permissions import Role
from catalog.selectors import sale_refusals, variants_for_sale
from outbox.tasks import deliver_due
from sellers import services
from sellers.exceptions import AnsweredAlready, AppliedAlready, MemberRefused, NameTaken
from sellers.models import SellerApplication
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.backoffice.factories import order_with, page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.concurrency import winners
from tests.orders.factories import new_line
from tests.payouts.factories import goods_of
from tests.returns.factories import arrived, asked
from tests.reviews.factories import ReviewFactory, shown_product

pytestmark = pytest.mark.django_db
PAGE = "/sell/"
FORM = {
    "shop_name": "Telares del Sur",
    "document_type": "ruc",
    "document_number": "20-10007097 0",
    "contact_name": "Rosa Mamani",
    "email": "rosa@example.com",
    "phone": "987 654 321",
    "goods": "Mantas de alpaca",
    "accepts_terms": "on",
}


@pytest.fixture
def takes_sellers(settings):
    settings.DEMO = True
    config.MARKETPLACE = True


def applied(**fields) -> SellerApplication:
    values = {key: value for key, value in FORM.items() if key != "accepts_terms"}
    values |= {"document_number": "20100070970", "language": "es", **fields}
    return services.apply(SellerApplication(**values))


def test_a_shop_without_marketplace_says_nothing_of_sellers(client):
    assert client.get(PAGE).status_code == client.post(PAGE, FORM).status_code == 404
    assert client.get(f"{PAGE}thanks/").status_code == 404
    assert PAGE not in client.get("/").text
    assert not SellerApplication.objects.exists()


def test_whoever_applies_waits_and_is_thanked_once(client, takes_sellers):
    sent = client.post(PAGE, FORM, follow=True)
    again = client.post(PAGE, FORM | {"email": "ROSA@example.com"})

    assert PAGE in client.get("/").text
    assert (sent.status_code, again.status_code) == (200, 409)
    application = SellerApplication.objects.get()
    assert (application.document_number, application.status) == ("20100070970", "new")
    deliver_due()
    assert [mail.to for mail in Email.objects.all()] == [["rosa@example.com"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_number", "20100070971"),
        ("document_type", "dni"),
        ("email", "rosa"),
        ("accepts_terms", ""),
        ("goods", "x" * 2001),
        ("shop_name", " "),
        ("contact_name", "http://spam.example"),
        ("phone", "12"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, takes_sellers, field, value):
    refused = client.post(PAGE, FORM | {field: value})

    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    assert not SellerApplication.objects.exists()


def test_programs_and_crowds_are_kept_out(client, takes_sellers):
    assert client.post(PAGE, FORM | {"website": "http://x"}).status_code == 302
    answers = [client.post(PAGE, FORM).status_code for _time in range(6)]

    assert answers[-1] == 429
    assert SellerApplication.objects.count() == 1
    assert client.post(PAGE, FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_an_approved_applicant_sets_a_password_and_finds_his_shop(client, takes_sellers):
    application = applied()
    staff = signed_in(client, Role.ADMINISTRATOR)
    step = reverse("admin:sellers_sellerapplication_step", args=[application.pk, "approve"])

    client.post(step, {"shop_name": "Telares", "message": "¡Bienvenida!"})
    deliver_due()
    deliver_due()

    seller = Seller.objects.get(name="Telares")
    assert (seller.slug, seller.tax_id) == ("telares", "20100070970")
    assert seller.warehouses.count() == 1
    application.refresh_from_db()
    assert (application.answered_by, application.seller) == (staff, seller)
    _thanks, answer, invitation = Email.objects.filter(to="rosa@example.com").order_by("pk")
    assert "¡Bienvenida!" in answer.message
    client.logout()
    ways = re.findall(r"http://\S+/password/\S+", invitation.message)
    form = client.get(ways[0], follow=True)
    password = {"password1": "un-telar-muy-largo"}
    client.post(form.redirect_chain[-1][0], password)
    owner = User.objects.get(email="rosa@example.com")
    assert owner.check_password("un-telar-muy-largo")
    client.force_login(owner)
    page = client.get(page_of(Seller, "change", seller.pk))
    assert page.status_code == 200
    assert client.get(page_of(Seller, "changelist")).context["cl"].result_count == 1


def test_a_rejected_applicant_reads_why_and_may_ask_again():
    application, staff = applied(), UserFactory.create()

    services.reject(application.pk, message="Faltan fotos", actor_id=staff.pk)
    deliver_due()

    assert "Faltan fotos" in Email.objects.latest("pk").message
    assert applied().pk != application.pk
    assert not User.objects.filter(email="rosa@example.com").exists()
    with pytest.raises(AnsweredAlready):
        services.approve(application.pk, actor_id=staff.pk)


def test_a_name_or_document_that_is_taken_is_refused():
    SellerFactory.create(name="Telares del Sur", tax_id="20100070970")

    with pytest.raises(AppliedAlready):
        applied()
    application = applied(document_number="20131312955")
    with pytest.raises(NameTaken):
        services.approve(application.pk, actor_id=UserFactory.create().pk)
    services.approve(application.pk, actor_id=UserFactory.create().pk, shop_name="Otra")


@pytest.mark.django_db(transaction=True)
def test_two_people_approve_an_application_once():
    application, staff = applied(), UserFactory.create()

    def approve() -> None:
        services.approve(application.pk, actor_id=staff.pk)

    assert winners(approve, refusal=AnsweredAlready) == 1
    assert Seller.objects.filter(is_house=False).count() == 1


def test_an_owner_invites_and_removes_people_of_his_own(client, takes_sellers):
    seller, owner, stranger = SellerFactory.create(), UserFactory.create(), SellerFactory.create()
    SellerMember.objects.create(seller=seller, user=owner, role="owner")
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    client.force_login(owner)

    def step(name, whose=seller, **sent):
        return client.post(reverse("admin:accounts_seller_step", args=[whose.pk, name]), sent)

    step("invite", email="luis@example.com")
    assert step("invite", email="LUIS@example.com").status_code == 409
    member = seller.members.get(user__email="luis@example.com")
    assert member.user.is_staff
    assert step("invite", whose=stranger, email="eva@example.com").status_code in (302, 403, 404)
    assert step("suspend").status_code == 403
    step("remove", member=member.pk)
    with pytest.raises(MemberRefused):
        services.remove(seller.pk, seller.members.get().pk)

    luis = User.objects.get(email="luis@example.com")
    assert not luis.is_staff
    assert not luis.groups.exists()
    assert not stranger.members.exists()
    assert seller.members.get().user == owner


def test_a_colleague_who_leaves_a_seller_keeps_his_work(client, takes_sellers):
    seller = SellerFactory.create()
    colleague = signed_in(client, Role.SUPPORT)

    member = services.invite(seller.pk, colleague.email)
    pages = [reverse("admin:catalog_variant_prices"), reverse("admin:inventory_stocklevel_bulk")]
    answers = [client.post(page).status_code for page in pages]
    services.remove(seller.pk, member.pk)

    assert answers == [403, 403], "he may look at the products of all sellers"
    colleague.refresh_from_db()
    assert colleague.is_staff
    assert [group.name for group in colleague.groups.all()] == [Role.SUPPORT]


def test_a_suspended_sellers_products_are_neither_seen_nor_sold(client):
    seller = SellerFactory.create()
    shown = ProductFactory.create(seller=seller)
    hidden = ProductFactory.create(seller=seller, is_active=False)
    variant = VariantFactory.create(product=shown)

    services.suspend(seller.pk)
    shown.is_active = True
    shown.save()
    new = ProductFactory.create(seller=seller)

    assert client.get(f"/s/{seller.slug}/").status_code == 404
    for product in (shown, hidden, new):
        product.refresh_from_db()
        assert not product.is_active
    assert sale_refusals(list(variants_for_sale([variant.pk]).values()), timezone.now())
    services.resume(seller.pk)
    for product in (shown, hidden, new):
        product.refresh_from_db()
    assert (shown.is_active, hidden.is_active, new.is_active) == (True, False, True)
    assert client.get(f"/s/{seller.slug}/").status_code == 200


def test_a_sellers_page_shows_what_customers_say_of_his_goods(client, takes_sellers):
    seller = SellerFactory.create()
    for stars in (5, 4):
        ReviewFactory.create(product=shown_product(seller=seller), rating=stars)
    ReviewFactory.create(rating=1)

    page = client.get(f"/s/{seller.slug}/")
    signed_in(client, Role.ADMINISTRATOR)
    house_page = client.get(page_of(Seller, "change", seller.pk))

    assert (page.context["rating"], page.context["rating_count"]) == (Decimal("4.50"), 2)
    assert "4.50 (2)" in house_page.text
    assert client.get(page_of(Seller, "add")).status_code == 200


def test_sellers_hear_of_orders_and_returns_unless_they_do_not_want_to():
    seller, other = SellerFactory.create(), SellerFactory.create()
    for wants, name in ((True, "si"), (False, "no")):
        user = UserFactory.create(email=f"{name}@example.com")
        SellerMember.objects.create(seller=seller, user=user, wants_news=wants)
    goods, theirs = goods_of(seller), goods_of(other)
    order = arrived(new_line(goods), new_line(theirs))

    asked(order, {order.lines.get(seller=seller).pk: 1})
    deliver_due()
    deliver_due()

    sold, returned = Email.objects.filter(to="si@example.com").order_by("pk")
    assert goods.sku in sold.message
    assert theirs.sku not in sold.message + sold.html_message
    assert order.email not in sold.message + returned.message
    assert order.number in returned.message
    assert not Email.objects.filter(to="no@example.com").exists()


def test_a_seller_adds_a_product_of_his_own(client, takes_sellers):
    seller = SellerFactory.create()
    member = SellerMember.objects.create(
        seller=seller, user=UserFactory.create(is_staff=True), role="owner"
    )
    client.force_login(member.user)
    category = ProductFactory.create().category

    form = client.get(page_of(ProductFactory._meta.model, "add"))
    posted = {
        field.html_name: "" if field.value() is None else field.value()
        for field in form.context["adminform"].form
    }
    for inline in form.context["inline_admin_formsets"]:
        posted |= {each.html_name: each.value() for each in inline.formset.management_form}
    new = {"name_es": "Manta", "name_en": "Blanket", "slug": "manta", "sku": "M-1"}
    client.post(
        page_of(ProductFactory._meta.model, "add"),
        {**posted, **new, "category": category.pk, "base_price": "10", "attributes": "{}"},
    )

    assert seller.products.get().sku == "M-1"


def test_with_one_seller_staff_read_nothing_of_sellers(client, settings):
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    order = order_with(VariantFactory.create())
    pages = ["/admin/", page_of(ProductFactory._meta.model, "changelist"),
             page_of(type(order), "change", order.pk)]  # fmt: skip

    for page in pages:
        text = client.get(page).text
        assert "Vendedor" not in text, page
        assert "seller" not in text.lower().replace("bestseller", ""), page
