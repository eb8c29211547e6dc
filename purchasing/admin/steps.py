"""What the pages of purchase orders and of suppliers' tasks share."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _


def warn_not_mailed(request: HttpRequest) -> None:
    """Say that the supplier knows of nothing yet."""
    text = _("Nobody was written to: this supplier has no e-mail address. Hand over the PDF.")
    messages.warning(request, text)
