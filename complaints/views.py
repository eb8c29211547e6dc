"""The complaints book as the public finds it: one sheet to fill in."""

from datetime import timedelta
from http import HTTPStatus

from constance import config
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints import services
from complaints.forms import ComplaintForm
from complaints.models import Complaint
from core.web.csrf_by_origin import same_origin

SALT = "complaints.sheet"
# The copy by mail stays; the page shows the writer's personal data.
LINK_LIFETIME = timedelta(days=30)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Show the empty form; store a complete one and give it a number."""
    if not config.COMPLAINTS_BOOK:
        raise Http404
    if request.method != "POST":
        return _show(request, ComplaintForm(initial={"ordered": "product", "kind": "claim"}))
    form = ComplaintForm(request.POST)
    if status := form.refusal(request, "complaint", most=10):
        return _show(request, form, status)
    if form.is_from_a_program:
        return redirect("complaints:write")
    complaint = form.save(commit=False)
    complaint.language = get_language()
    services.file(complaint)
    return redirect(reverse("complaints:sheet", args=[signing.dumps(str(complaint.pk), salt=SALT)]))


@never_cache
@require_safe
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet as it was written, with its number, for its writer alone."""
    try:
        key = signing.loads(token, salt=SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        raise Http404 from None
    complaint = get_object_or_404(Complaint, pk=key)
    return render(request, "complaints/sheet.html", {"complaint": complaint})


def _show(
    request: HttpRequest, form: ComplaintForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "days": services.DAYS_TO_ANSWER, "address": config.LEGAL_ADDRESS}
    return render(request, "complaints/write.html", context, status=status)
