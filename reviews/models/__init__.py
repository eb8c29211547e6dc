"""What customers say of products, and what others make of it."""

from reviews.models.opt_out import InvitationOptOut
from reviews.models.photo import ReviewPhoto
from reviews.models.rated import RatedProduct
from reviews.models.report import AbuseReport, ReportReason
from reviews.models.review import Review, ReviewQuerySet, ReviewStatus
from reviews.models.vote import HelpfulVote

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
