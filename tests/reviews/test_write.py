"""Writing, moderating and answering reviews, and who has bought what he writes about."""

from uuid import UUID

import pytest
from constance.test import override_config
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import Error, transaction
from post_office.models import Email

from accounts.models import User
from catalog.models import Product
from core.exceptions import DomainError
from core.web.uploads import clean_picture
from orders.services import cancel
from outbox.models import Message
from outbox.tasks import deliver_due
from payments.services.settle import settle_order
from reviews import selectors, services
from reviews.models import AbuseReport, HelpfulVote, Review, ReviewPhoto
from reviews.services import Opinion
from tests.accounts.factories import SellerFactory, UserFactory
from tests.concurrency import at_once
from tests.invoicing.factories import money_in
from tests.orders.factories import place
from tests.returns.factories import paid, photo
from tests.reviews.factories import ReviewFactory, line_of, shown_product

GOOD = Opinion(rating=5, title=" Muy bueno ", comment="Me gusta.")


def photos(number: int) -> list[ContentFile[bytes]]:
    return [clean_picture(photo()) for _ in range(number)]


def clerk() -> UUID:
    return UUID(str(UserFactory.create().pk))


@pytest.fixture
def user() -> User:
    user: User = UserFactory.create()
    return user


@pytest.fixture
def product() -> Product:
    return shown_product()


@pytest.mark.django_db
class TestWriting:
    def test_it_waits_to_be_read_and_a_second_one_takes_the_place_of_the_first(
        self, user: User, product: Product
    ) -> None:
        services.write(user, product.pk, Opinion(rating=1))
        review = services.write(user, product.pk, GOOD)

        assert Review.objects.get() == review
        assert (review.rating, review.title, review.status) == (5, "Muy bueno", "pending")

    def test_the_shop_may_show_it_at_once_but_not_one_that_was_rejected(
        self, user: User, product: Product
    ) -> None:
        with override_config(REVIEW_MODERATION=False):
            review = services.write(user, product.pk, GOOD)
            at_first = review.status
            services.reject(review.pk, "Nombra a una persona.", actor_id=clerk())
            again = services.write(user, product.pk, GOOD)

        assert (at_first, again.status, again.rejection) == ("approved", "pending", "")

    def test_what_shoppers_do_not_see_cannot_be_reviewed(self, user: User) -> None:
        hidden = shown_product(is_active=False)

        with pytest.raises(DomainError):
            services.write(user, hidden.pk, GOOD)

    def test_five_photos_are_the_end_and_one_taken_away_makes_place(
        self, user: User, product: Product, django_capture_on_commit_callbacks: object
    ) -> None:
        review = services.write(user, product.pk, Opinion(rating=5, photos=photos(5)))
        first = review.photos.order_by("position")[0]

        with pytest.raises(DomainError), transaction.atomic():
            services.write(user, product.pk, Opinion(rating=1, photos=photos(1)))
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            services.write(
                user, product.pk, Opinion(rating=2, photos=photos(1), dropped=[first.pk])
            )

        assert review.photos.count() == 5
        assert not storages["private"].exists(first.picture.name or "")

    def test_whoever_leaves_the_shop_is_named_no_more_and_his_votes_count_no_more(
        self, user: User
    ) -> None:
        mine = ReviewFactory.create(user=user)
        helped = ReviewFactory.create()
        services.vote(user, helped.pk)

        user.delete()

        mine.refresh_from_db()
        helped.refresh_from_db()
        assert (mine.user, selectors.display_name(mine), helped.helpful_count) == (
            None,
            "Un cliente",
            0,
        )


@pytest.mark.django_db
class TestVerifying:
    def test_a_purchase_counts_before_the_review_and_after_it(self, user: User) -> None:
        first, later = shown_product(), shown_product()
        paid(line_of(first), customer=user)
        order = place(line_of(later), customer=user)
        reviews = [services.write(user, each.pk, GOOD) for each in (first, later)]
        before = [review.is_verified for review in reviews]

        money_in(order)
        settle_order(order.pk)
        deliver_due()

        assert before == [True, False]
        assert selectors.own(user).filter(is_verified=True).count() == 2

    def test_an_order_that_is_cancelled_verifies_no_more_unless_another_does(
        self, user: User, product: Product
    ) -> None:
        orders = [paid(line_of(product), customer=user) for _ in range(2)]
        review = services.write(user, product.pk, GOOD)
        verified = []

        for order in orders:
            cancel(order.pk, actor_id=None, reason="by staff")
            services.verify(order.pk)
            review.refresh_from_db()
            verified.append(review.is_verified)

        assert verified == [True, False]

    def test_nobody_elses_purchase_counts(self, user: User, product: Product) -> None:
        paid(line_of(product))

        assert not services.write(user, product.pk, GOOD).is_verified


@pytest.mark.django_db
class TestModerating:
    def test_a_rejection_needs_words_which_its_writer_gets_once(self, user: User) -> None:
        review = ReviewFactory.create(user=user)

        with pytest.raises(DomainError):
            services.reject(review.pk, "  ", actor_id=clerk())
        for _ in range(2):
            services.reject(review.pk, "Nombra a una persona.", actor_id=clerk())
        Message.objects.all().update(due_at="2020-01-01T00:00Z")
        deliver_due()
        Message.objects.all().update(delivered_at=None)
        deliver_due()

        mail = Email.objects.get(to=user.email)
        assert "Nombra a una persona." in mail.message

    def test_a_decision_closes_what_was_reported_and_the_reporter_counts_once(self) -> None:
        kept, gone = ReviewFactory.create_batch(2)
        for review in (kept, gone, gone):
            services.report(review.pk, reporter="1.2.3.4", reason="offensive", note="x")
        reported = set(Review.objects.to_moderate())

        services.approve(kept.pk, actor_id=clerk())
        services.reject(gone.pk, "No.", actor_id=clerk())

        assert reported == {kept, gone}
        assert AbuseReport.objects.count() == 2
        assert not Review.objects.to_moderate().exists()
        assert "1.2.3.4" not in str(AbuseReport.objects.values_list("reporter"))

    def test_only_what_is_shown_is_answered(self) -> None:
        shown, waiting = ReviewFactory.create(), ReviewFactory.create(status="pending")

        services.answer(shown.pk, " ¡Gracias! ")
        with pytest.raises(DomainError):
            services.answer(waiting.pk, "¡Gracias!")

        shown.refresh_from_db()
        assert (shown.answer, shown.answered_at is not None) == ("¡Gracias!", True)

    def test_a_sellers_reputation_is_of_his_products_alone(self) -> None:
        seller = SellerFactory.create()
        for stars in (5, 4, 4):
            ReviewFactory.create(product=shown_product(seller=seller), rating=stars)
        ReviewFactory.create(rating=1)
        ReviewFactory.create(product=shown_product(seller=seller), rating=1, status="pending")

        average, number = selectors.reputation(seller.pk)

        assert (str(average), number) == ("4.33", 3)


@pytest.mark.django_db
class TestVoting:
    def test_nobody_votes_for_himself_whoever_asks(self, user: User) -> None:
        review = ReviewFactory.create(user=user)

        with pytest.raises(DomainError):
            services.vote(user, review.pk)
        with pytest.raises(Error, match="own review"), transaction.atomic():
            HelpfulVote.objects.create(user=user, review=review)

    def test_a_vote_taken_back_counts_no_more(self, user: User) -> None:
        review = ReviewFactory.create()
        services.vote(user, review.pk)

        for _ in range(2):
            services.withdraw_vote(user, review.pk)

        review.refresh_from_db()
        assert review.helpful_count == 0

    def test_a_sixth_photo_is_refused_by_the_database(self) -> None:
        review = ReviewFactory.create()

        with pytest.raises(Error, match="review_photo_at_most_five"), transaction.atomic():
            ReviewPhoto.objects.create(review=review, position=5)


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_write_one_review_and_one_vote() -> None:
    user, product = UserFactory.create(), shown_product()
    praised = ReviewFactory.create()

    def click() -> None:
        services.write(user, product.pk, GOOD)
        services.vote(user, praised.pk)

    at_once(click)

    praised.refresh_from_db()
    assert (Review.objects.filter(user=user).count(), praised.helpful_count) == (1, 1)

    def hesitate() -> None:
        for _ in range(5):
            services.withdraw_vote(user, praised.pk)
            services.vote(user, praised.pk)

    at_once(hesitate)

    praised.refresh_from_db()
    assert praised.helpful_count == praised.votes.count() == 1
