import logging

from celery import shared_task

from invoicing import services
from invoicing.models import Submission
from invoicing.providers import ProviderUnavailable
from invoicing.states import SubmissionState

logger = logging.getLogger(__name__)


@shared_task
def ask_about_submissions() -> int:
    """Bring every document without a final answer further; says how many were asked about."""
    is_open = (SubmissionState.WAITING, SubmissionState.PENDING)
    documents = Submission.objects.filter(state__in=is_open).values_list("document_id", flat=True)
    asked = list(documents.order_by("pk"))
    for document_id in asked:
        try:
            services.submit(document_id)
        except ProviderUnavailable as error:
            logger.warning("The invoicing provider does not answer: %s", error)
    return len(asked)
