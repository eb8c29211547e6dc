"""What customers say of products, and what others make of it."""

from reviews.models.photo import ReviewPhoto
from reviews.models.question import ProductQuestion, ProductQuestionQuerySet, QuestionStatus
from reviews.models.review import (
    AbuseReport,
    Fit,
    HelpfulVote,
    InvitationOptOut,
    RatedProduct,
    ReportReason,
    Review,
    ReviewQuerySet,
    ReviewStatus,
)
