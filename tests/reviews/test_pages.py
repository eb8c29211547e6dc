"""The pages of reviews: for everybody, for their writers, and by the link of a mail."""

from datetime import timedelta
from typing import Any

import pytest
from constance.test import override_config
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from accounts.models import SellerMember, User
from accounts.permissions import Role
from catalog.models import Product
from core.ids import uuid7
from orders.models import OrderEvent
from reviews import emails, invitations, services
from reviews.models import AbuseReport, HelpfulVote, InvitationOptOut, Review
from reviews.services import Opinion
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.returns.factories import arrived, photo
from tests.reviews.factories import ReviewFactory, line_of, shown_product
from tests.reviews.test_write import GOOD, photos

pytestmark = pytest.mark.django_db
FORMSET = {"reports-TOTAL_FORMS": 0, "reports-INITIAL_FORMS": 0}
HTMX = {"HX-Request": "true"}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def product() -> Product:
    return shown_product(slug="sofa-lima", name="Sofá Lima")


@pytest.fixture
def user(client: Client) -> User:
    """Whose browser this is."""
    user: User = UserFactory.create(first_name="Rosa", last_name="Quispe")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def fill(product: Product, number: int) -> None:
    people = User.objects.bulk_create(
        [User(email=f"p{each}@example.com", first_name=f"P{each}") for each in range(number)]
    )
    Review.objects.bulk_create(
        Review(
            id=uuid7(),
            product=product,
            user=person,
            rating=1 + place % 5,
            title=f"Nota {place}",
            status="approved",
            created_at=timezone.now() - timedelta(hours=place),
        )
        for place, person in enumerate(people)
    )


@pytest.mark.parametrize("number", [10, 1000])
def test_reading_costs_the_same_however_many_there_are(
    client: Client,
    product: Product,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(product, number)
    addresses = {
        "/p/sofa-lima/": 20,
        "/p/sofa-lima/reviews/": 5,
        "/p/sofa-lima/reviews/?sort=helpful&stars=4&photos=1&page=2": 5,
    }
    for address in addresses:
        client.get(address)

    for address, most in addresses.items():
        with django_assert_max_num_queries(most):
            page = client.get(address)
        assert not page.cookies
        assert "Cookie" not in page.get("Vary", "")
        assert "csrf" not in page.text
    cache.clear()


def test_reviews_in_the_readers_language_come_first_and_others_say_theirs(
    client: Client, product: Product
) -> None:
    for place, (language, words) in enumerate(
        [("es", "Cómodo"), ("en", "Comfy"), ("", "8/10"), ("en", "Sturdy")]
    ):
        ReviewFactory.create(
            product=product,
            language=language,
            title=words,
            comment=words,
            created_at=timezone.now() - timedelta(hours=place),
        )

    spanish, english = client.get("/p/sofa-lima/"), client.get("/en/p/sofa-lima/")
    titles = [
        [
            review["title"]
            for review in client.get(f"{prefix}/p/sofa-lima/reviews/").context["reviews"]
        ]
        for prefix in ("", "/en")
    ]

    assert titles == [["Cómodo", "8/10", "Comfy", "Sturdy"], ["Comfy", "8/10", "Sturdy", "Cómodo"]]
    assert spanish.text.count('<div class="prose" lang="en">') == 2
    assert spanish.text.count('<span class="badge">en inglés</span>') == 2
    assert english.text.count('<div class="prose" lang="es">') == 1
    assert english.text.count('<span class="badge">in Spanish</span>') == 1


def test_a_review_keeps_the_language_of_the_page_it_was_written_on(
    client: Client, product: Product, user: User
) -> None:
    typed = {"rating": "5", "title": "Comfy", "comment": "Very comfy."}
    client.post("/en/p/sofa-lima/review/", typed)

    assert Review.objects.get().language == "en"


def test_readers_sift_sort_and_turn_pages(client: Client, product: Product) -> None:
    fill(product, 25)
    Review.objects.filter(title="Nota 20").update(helpful_count=3)

    def titles(query: str) -> list[str]:
        page = client.get(f"/p/sofa-lima/reviews/?{query}", headers=HTMX)
        assert "<html" not in page.text
        return [review["title"] for review in page.context["reviews"]]

    assert titles("")[0] == "Nota 0"
    assert titles("sort=helpful")[0] == "Nota 20"
    assert titles("sort=highest")[0] == "Nota 4"
    assert titles("sort=lowest&page=3")[0] == "Nota 4"
    assert titles("stars=2") == ["Nota 1", "Nota 6", "Nota 11", "Nota 16", "Nota 21"]
    assert titles("photos=1") == []
    assert titles("stars=x&sort=%00&page=-7&photos[]=1")[0] == "Nota 0"


def test_only_approved_reviews_are_shown_and_nobody_is_named_whole(
    client: Client, product: Product
) -> None:
    ReviewFactory.create(product=product, user__first_name="Ana", user__last_name="Soto Ríos")
    ReviewFactory.create(product=product, title="Por leer", status="pending")

    page = client.get("/p/sofa-lima/").text

    assert "Ana S." in page
    assert "Soto" not in page
    assert "Por leer" not in page
    assert '"reviewCount": 1' in page or '"reviewCount":1' in page


def test_what_was_typed_stays_and_errors_stand_at_their_fields(
    client: Client, user: User, product: Product
) -> None:
    typed = {"title": "Cómodo", "comment": "Muy <b>cómodo</b>", "photos": photo()}
    bad = {"rating": "9", "comment": "x", "photos": [photo() for _ in range(6)]}

    without_stars = client.post("/p/sofa-lima/review/", typed)
    too_much = client.post("/en/p/sofa-lima/review/", bad)
    written = client.post("/p/sofa-lima/review/", typed | {"rating": 4, "photos": photo()})

    assert without_stars.status_code == too_much.status_code == 422
    assert "Muy &lt;b&gt;cómodo&lt;/b&gt;" in without_stars.text
    assert 'id="id_rating_error"' in without_stars.text
    assert "at most 5" in too_much.text
    assert written["Location"] == "/account/reviews/"
    assert Review.objects.get().photos.count() == 1
    assert "Cómodo" in client.get("/account/reviews/").text


def test_a_photo_is_public_when_its_review_is_shown_and_its_writers_before(
    client: Client, user: User, product: Product
) -> None:
    review = services.write(user, product.pk, Opinion(rating=5, photos=photos(1)))
    address = reverse("storefront:review-photo", args=[review.photos.get().pk, "small"])
    stranger = Client()

    own, hidden = client.get(address), stranger.get(address)
    services.approve(review.pk, actor_id=user.pk)
    shown = stranger.get(address)

    assert (own.status_code, hidden.status_code, shown.status_code) == (200, 404, 200)
    assert "private" in own["Cache-Control"]
    assert "public" in shown["Cache-Control"]
    assert shown["Content-Type"] == "image/jpeg"


def test_a_vote_is_given_and_taken_back_with_and_without_scripts(
    client: Client, user: User, product: Product
) -> None:
    review = ReviewFactory.create(product=product)
    address = f"/reviews/{review.pk}/helpful/"

    page = client.post(address, follow=True)
    again = client.post(address, headers=HTMX)
    back = client.post(address, {"helpful": "no"}, headers=HTMX)
    foreign = client.post(address, headers=FOREIGN)
    own = client.post(f"/reviews/{ReviewFactory.create(user=user).pk}/helpful/", headers=HTMX)

    assert 'value="no"' in page.text
    assert 'value="no"' in again.text
    assert 'value="no"' not in back.text
    assert foreign.status_code == 403
    assert "tu propia" in own.text
    assert HelpfulVote.objects.count() == 0


def test_who_is_not_signed_in_is_asked_to_before_he_votes_or_writes(
    client: Client, product: Product
) -> None:
    review = ReviewFactory.create(product=product)

    vote = client.post(f"/reviews/{review.pk}/helpful/")
    write = client.get("/p/sofa-lima/review/")

    assert "/account/login/" in vote["Location"]
    assert "/account/login/" in write["Location"]


def test_anybody_reports_but_not_without_end_nor_by_a_program(
    client: Client, product: Product
) -> None:
    review = ReviewFactory.create(product=product)
    address = f"/reviews/{review.pk}/report/"
    typed = {"reason": "personal", "note": "Dice mi dirección."}

    empty = client.post(address, {"note": "Dice"})
    program = client.post(address, typed | {"website": "x"})
    noted = AbuseReport.objects.count()
    answers = [client.post(address, typed).status_code for _ in range(10)]

    assert (empty.status_code, "Dice</textarea>" in empty.text) == (422, True)
    assert (program.status_code, noted) == (302, 0)
    assert (answers[0], answers[-1]) == (302, 429)
    assert AbuseReport.objects.get().note == "Dice mi dirección."


def test_what_is_not_shown_has_no_page(client: Client) -> None:
    review = ReviewFactory.create(status="rejected")

    for page in ("", "report/"):
        assert client.get(f"/reviews/{review.pk}/{page}").status_code == 404


class TestInvitations:
    @pytest.fixture
    def order(self, product: Product) -> Any:
        """Delivered now."""
        order = arrived(line_of(product), customer=UserFactory.create(first_name="Eva"))
        Email.objects.all().delete()
        return order

    def test_a_buyer_is_asked_once_some_days_after_the_delivery(self, order: Any) -> None:
        asked = [emails.invite_all(timezone.now() + timedelta(days=days)) for days in (6, 8, 9)]

        mail = Email.objects.get()
        assert asked == [0, 1, 0]
        assert (mail.to, "Sofá Lima" in mail.message) == ([order.email], True)
        assert "List-Unsubscribe" in mail.headers

    def test_nobody_is_asked_who_said_no_has_written_or_whose_shop_does_not_ask(
        self, order: Any
    ) -> None:
        later = timezone.now() + timedelta(days=8)
        with override_config(REVIEW_INVITATION_DAYS=0):
            unasked = emails.invite_all(later)
        invitations.leave(invitations.leave_token_of(order.customer))
        after_no = emails.invite_all(later)
        InvitationOptOut.objects.all().delete()
        services.write(order.customer, Product.objects.get().pk, GOOD)

        assert (unasked, after_no, emails.invite_all(later)) == (0, 0, 0)

    def test_the_link_opens_this_order_and_nothing_else(self, client: Client, order: Any) -> None:
        token = invitations.token_of(order)
        other = shown_product()

        page = client.get(f"/reviews/order/{token}/")
        form = client.post(f"/en/reviews/order/{token}/sofa-lima/", {"rating": 4}, follow=True)

        assert "Sofá Lima" in page.text
        assert "Thank you" in form.text
        assert Review.objects.get().user == order.customer
        assert Review.objects.get().is_verified
        assert client.get(f"/reviews/order/{token}/{other.slug}/").status_code == 404
        assert client.get(f"/reviews/order/{token}x/").status_code == 404

    @pytest.mark.usefixtures("demo")
    def test_staff_read_it_before_and_send_it_again(self, client: Client, order: Any) -> None:
        signed_in(client, Role.SUPPORT)
        page = f"/admin/orders/order/{order.pk}/"

        shown = client.get(f"{page}mail/review_invitation/")
        client.post(f"{page}mail/review_invitation/resend/")

        assert "mail/review_invitation/" in client.get(f"{page}change/").text
        assert "Sofá Lima" in shown.text
        assert Email.objects.count() == 1
        assert OrderEvent.objects.filter(details__again=True).exists()


@pytest.mark.usefixtures("demo")
class TestModerating:
    def test_the_queue_shows_what_was_reported_first_and_decides(self, client: Client) -> None:
        signed_in(client, Role.SUPPORT)
        waits = ReviewFactory.create(status="pending")
        fine, reported = ReviewFactory.create_batch(2)
        services.report(reported.pk, reporter="x", reason="other")
        queue = "/admin/reviews/review/?waiting=moderation"

        listed = list(client.get(queue).context["cl"].result_list)
        silent = {
            "action": "reject_selected",
            "_selected_action": [str(waits.pk)],
            "message": "",
            "post": "yes",
        }
        refused = client.post(queue, silent, follow=True)
        client.post(queue, silent | {"message": "Sin sentido."})
        decision = {"decision": "approve", "rejection": "", "answer": "¡Gracias!"}
        client.post(f"/admin/reviews/review/{reported.pk}/change/", decision | FORMSET)

        waits.refresh_from_db()
        reported.refresh_from_db()
        assert listed == [reported, waits]
        assert "por qué" in refused.text
        assert (waits.status, waits.rejection) == ("rejected", "Sin sentido.")
        assert (reported.answer, reported.reports.get().closed_at is None) == ("¡Gracias!", False)
        assert fine.status == "approved"

    def test_a_seller_answers_and_decides_nothing(self, client: Client) -> None:
        user = signed_in(client, Role.SELLER)
        seller = SellerFactory.create()
        SellerMember.objects.create(seller=seller, user=user)
        review = ReviewFactory.create(product=shown_product(seller=seller))
        decision = {"decision": "reject", "rejection": "No me gusta", "answer": "Lo siento."}

        client.post(f"/admin/reviews/review/{review.pk}/change/", decision)
        action = {
            "action": "reject_selected",
            "_selected_action": [str(review.pk)],
            "message": "x",
            "post": "yes",
        }
        client.post("/admin/reviews/review/", action)

        review.refresh_from_db()
        assert (review.status, review.answer) == ("approved", "Lo siento.")
