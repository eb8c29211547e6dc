"""What customers say of products, and what others make of it."""

from reviews.models.photo import ReviewPhoto
from reviews.models.review import (
    AbuseReport,
    HelpfulVote,
    InvitationOptOut,
    RatedProduct,
    ReportReason,
    Review,
    ReviewQuerySet,
    ReviewStatus,
)

__all__ = [
    "AbuseReport",
    "HelpfulVote",
    "InvitationOptOut",
    "RatedProduct",
    "ReportReason",
    "Review",
    "ReviewPhoto",
    "ReviewQuerySet",
    "ReviewStatus",
]
