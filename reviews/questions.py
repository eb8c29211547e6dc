"""Questions about products: anybody asks, the shop or the seller answers, staff publish."""

from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Product
from outbox.services import publish
from reviews.events import QuestionAnswered
from reviews.exceptions import QuestionRefused
from reviews.models import ProductQuestion, QuestionStatus


@transaction.atomic
def ask(
    product_id: UUID, text: str, *, name: str, email: str, language: str, user: User | None = None
) -> ProductQuestion:
    """
    Keep the question until it is answered. It waits for approval where reviews do.

    :raises QuestionRefused: if the product is not on show
    """
    if not Product.objects.published().filter(pk=product_id).exists():
        raise QuestionRefused(_("This product is not in the shop any more."))
    waits = config.REVIEW_MODERATION
    return ProductQuestion.objects.create(
        product_id=product_id,
        user=user,
        name=name.strip(),
        email=email.lower(),
        language=language,
        text=text.strip(),
        status=QuestionStatus.PENDING if waits else QuestionStatus.PUBLISHED,
    )


@transaction.atomic
def answer(question_id: UUID, text: str, *, actor_id: UUID) -> None:
    """
    Write or change the answer; an empty one takes it back.

    :raises QuestionRefused: if the question was rejected
    """
    question = _locked(question_id)
    if question.status == QuestionStatus.REJECTED:
        raise QuestionRefused(_("A question that was rejected cannot be answered."))
    if question.answer == text.strip():
        return
    question.answer = text.strip()
    question.answered_at = timezone.now() if question.answer else None
    question.answered_by_id = actor_id if question.answer else None
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    _tell(question)


@transaction.atomic
def approve(question_id: UUID) -> None:
    """Show the question, once it has its answer. Twice is once."""
    question = _locked(question_id)
    if question.status != QuestionStatus.PUBLISHED:
        question.status = QuestionStatus.PUBLISHED
        question.save(update_fields=["status"])
        _tell(question)


@transaction.atomic
def reject(question_id: UUID) -> None:
    """Show the question no more. Twice is once."""
    question = _locked(question_id)
    question.status = QuestionStatus.REJECTED
    question.save(update_fields=["status"])


def _locked(question_id: UUID) -> ProductQuestion:
    return ProductQuestion.objects.select_for_update(of=["self"]).get(pk=question_id)


def _tell(question: ProductQuestion) -> None:
    """Who asked is told once, when the answer can be read."""
    if question.status == QuestionStatus.PUBLISHED and question.answer and not question.told_at:
        publish(QuestionAnswered(question_id=str(question.pk)))
