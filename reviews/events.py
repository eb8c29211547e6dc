from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class ReviewRejected(Event):
    """Staff have decided that a review is not shown, and have said why."""

    review_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """The answer to a question about a product is on the product's page."""

    question_id: str
