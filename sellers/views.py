"""Where others apply to sell in the shop. There is none of it unless the shop takes sellers."""

from http import HTTPStatus

from constance import config
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from sellers import services
from sellers.forms import ApplicationForm


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The empty form; a complete one waits for staff to answer it."""
    if not config.MARKETPLACE:
        raise Http404
    if request.method != "POST":
        return _show(request, ApplicationForm())
    form = ApplicationForm(request.POST)
    if status := form.refusal(request, "sell", most=5):
        return _show(request, form, status)
    if form.is_from_a_program:
        return redirect("sellers:thanks")
    application = form.save(commit=False)
    application.language = get_language()
    try:
        services.apply(application)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, HTTPStatus.CONFLICT)
    return redirect("sellers:thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    if not config.MARKETPLACE:
        raise Http404
    return render(request, "sellers/thanks.html")


def _show(
    request: HttpRequest, form: ApplicationForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "terms": config.SELLER_TERMS_PAGE}
    return render(request, "sellers/apply.html", context, status=status)
