"""Changes of reviews. The database maintains ratings and vote counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from uuid import UUID

from constance import config
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Product
from core.ids import uuid7
from core.web.uploads import smaller
from orders.models import Order
from outbox.services import publish
from reviews import selectors
from reviews.events import ReviewRejected
from reviews.exceptions import ReviewRefused, VoteRefused
from reviews.models import AbuseReport, HelpfulVote, Review, ReviewPhoto, ReviewStatus
from reviews.models.photo import MAX_PHOTOS

THUMBNAIL = 240


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What somebody says of a product; `dropped` are photos of before that they take away."""

    rating: int
    title: str = ""
    comment: str = ""
    language: str = ""
    fit: str = ""
    photos: Sequence[ContentFile[bytes]] = ()
    dropped: Collection[UUID] = ()


@transaction.atomic
def write(user: User, product_id: UUID, opinion: Opinion) -> Review:
    """
    Save the user's review of the product, or the new text of their earlier one.

    It is shown at once if the shop does not read reviews first; one that was rejected is always
    read again.

    :raises ReviewRefused: if the product is not on show, or there are too many photos
    """
    if not Product.objects.published().filter(pk=product_id).exists():
        raise ReviewRefused(_("This product is not in the shop any more."))
    orders = Order.objects.filter(customer=user, lines__variant__product=product_id)
    # Who pays in this moment waits, and verifies the review afterwards.
    list(Order.objects.filter(pk__in=orders.values("pk")).locked().values_list("pk"))
    blank = Review(id=uuid7(), user=user, product_id=product_id, rating=opinion.rating)
    Review.objects.bulk_create([blank], ignore_conflicts=True)
    review = Review.objects.locked().get(user=user, product=product_id)
    review.status = _status_of(review)
    review.rating, review.title = opinion.rating, opinion.title.strip()
    review.comment, review.rejection = opinion.comment.strip(), ""
    review.language, review.fit = opinion.language, opinion.fit
    review.is_verified = product_id in selectors.bought_by(user.pk, [product_id])
    review.save()
    _drop(review.photos.filter(pk__in=opinion.dropped))
    _add(review, opinion.photos)
    return review


def _status_of(review: Review) -> ReviewStatus:
    is_read_first = config.REVIEW_MODERATION or review.status == ReviewStatus.REJECTED
    return ReviewStatus.PENDING if is_read_first else ReviewStatus.APPROVED


def _add(review: Review, photos: Sequence[ContentFile[bytes]]) -> None:
    taken = set(review.photos.values_list("position", flat=True))
    free = [place for place in range(MAX_PHOTOS) if place not in taken]
    if len(photos) > len(free):
        raise ReviewRefused(_("Choose at most %(most)s photos.") % {"most": MAX_PHOTOS})
    for position, photo in zip(free, photos, strict=False):
        content = photo.read()
        ReviewPhoto.objects.create(
            review=review,
            position=position,
            picture=ContentFile(content, name=photo.name),
            thumbnail=ContentFile(smaller(BytesIO(content), THUMBNAIL), name=photo.name),
        )


def _drop(photos: QuerySet[ReviewPhoto]) -> None:
    """The rows now, the files after the commit."""
    for photo in photos:
        for file in (photo.picture, photo.thumbnail):
            transaction.on_commit(partial(file.storage.delete, str(file.name)), robust=True)
    photos.delete()


@transaction.atomic
def withdraw(user: User, product_id: UUID) -> None:
    """The user's review of the product is gone, with its photos and votes. Twice is once."""
    remove(Review.objects.filter(user=user, product=product_id))


@transaction.atomic
def remove(reviews: QuerySet[Review]) -> None:
    """These reviews are gone, with their photos and votes."""
    keys = list(reviews.order_by("pk").select_for_update(of=["self"]).values_list("pk", flat=True))
    _drop(ReviewPhoto.objects.filter(review__in=keys))
    Review.objects.filter(pk__in=keys).delete()


@transaction.atomic
def approve(review_id: UUID, *, actor_id: UUID) -> None:
    """Show the review; what somebody has complained of is answered with that. Twice is once."""
    _decide(review_id, ReviewStatus.APPROVED, "", actor_id)


@transaction.atomic
def reject(review_id: UUID, message: str, *, actor_id: UUID) -> None:
    """
    Show the review no more, and tell its writer why. A second time only another message counts.

    :raises ReviewRefused: without a message
    """
    if not message.strip():
        raise ReviewRefused(_("Tell the customer why their review is not shown."))
    if _decide(review_id, ReviewStatus.REJECTED, message.strip(), actor_id):
        publish(ReviewRejected(review_id=str(review_id)))


def _decide(review_id: UUID, status: ReviewStatus, message: str, actor_id: UUID) -> bool:
    """Whether that is anything new."""
    review = Review.objects.locked().get(pk=review_id)
    now = timezone.now()
    AbuseReport.objects.filter(review=review, closed_at=None).update(closed_at=now)
    if (review.status, review.rejection) == (status, message):
        return False
    review.status, review.rejection = status, message
    review.moderated_at, review.moderated_by_id, review.told_at = now, actor_id, None
    review.save(update_fields=["status", "rejection", "moderated_at", "moderated_by", "told_at"])
    return True


@transaction.atomic
def answer(review_id: UUID, text: str) -> None:
    """
    What the seller says to it; an empty answer takes the last one back.

    :raises ReviewRefused: if the review is not shown
    """
    review = Review.objects.locked().get(pk=review_id)
    if review.status != ReviewStatus.APPROVED:
        raise ReviewRefused(_("Only a review that is shown can be answered."))
    if review.answer == text.strip():
        return
    review.answer = text.strip()
    review.answered_at = timezone.now() if review.answer else None
    review.save(update_fields=["answer", "answered_at"])


@transaction.atomic
def vote(user: User, review_id: UUID) -> None:
    """
    Note that the review has helped the user. Twice is once.

    :raises VoteRefused: if it is the voter's own, or not shown
    """
    review = Review.objects.approved().filter(pk=review_id).locked().first()
    if review is None:
        raise VoteRefused(_("This review is not shown any more."))
    if review.user_id == user.pk:
        raise VoteRefused(_("This is your own review."))
    HelpfulVote.objects.bulk_create(
        [HelpfulVote(id=uuid7(), user=user, review_id=review_id)], ignore_conflicts=True
    )


@transaction.atomic
def withdraw_vote(user: User, review_id: UUID) -> None:
    """The user was not helped after all. Twice is once."""
    # Locks in the order of `vote`, so that the two cannot deadlock.
    list(Review.objects.filter(pk=review_id).locked().values_list("pk"))
    HelpfulVote.objects.filter(user=user, review=review_id).delete()


@transaction.atomic
def report(review_id: UUID, *, reporter: str, reason: str, note: str = "") -> None:
    """
    Report a published review; each person counts once.

    `reporter` identifies the reporter: an account's key or a network address. It is not
    stored, only its fingerprint.
    """
    known = salted_hmac("reviews.report", reporter, algorithm="sha256").hexdigest()
    complaint = AbuseReport(
        id=uuid7(), review_id=review_id, reporter=known, reason=reason, note=note.strip()
    )
    if Review.objects.filter(pk=review_id).locked().first():
        AbuseReport.objects.bulk_create([complaint], ignore_conflicts=True)


@transaction.atomic
def verify(order_id: UUID) -> None:
    """
    Mark the buyer's reviews of the order's products as verified purchases, or not.

    Includes earlier reviews; a product given back is no longer verified. Idempotent.
    """
    order = Order.objects.only("customer_id").get(pk=order_id)
    products = set(order.lines.values_list("variant__product", flat=True))
    reviews = list(Review.objects.filter(user=order.customer_id, product__in=products).locked())
    # Counted under the lock: of two simultaneous events, the later one sees both orders.
    bought = selectors.bought_by(order.customer_id, products)
    for review in reviews:
        if review.is_verified != (review.product_id in bought):
            review.is_verified = not review.is_verified
            review.save(update_fields=["is_verified"])
