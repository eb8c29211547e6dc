"""What the bearer of a link to a month's file sees."""

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backoffice.models import MonthLink
from backoffice.month_end import files, links
from backoffice.month_end.months import Month
from core.web import throttle
from core.web.csrf_by_origin import same_origin
from core.web.http import too_often

HOUR = 3600
MAX_OF_A_LINK = 20
MAX_FROM_A_PLACE = 60


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """
    Which month it is and until when; a POST takes the file, and is written down.

    Programs that preview links only look.
    """
    if throttle.is_too_much(request, "month", most=MAX_FROM_A_PLACE, seconds=HOUR):
        return too_often(request)
    try:
        link = links.by_token(token)
    except MonthLink.DoesNotExist:
        raise Http404 from None
    if request.method == "POST" and link.is_open:
        return _file(request, link)
    context = {"link": link, "month": Month(link.month_file.first_on)}
    status = HTTPStatus.OK if link.is_open else HTTPStatus.GONE
    return render(request, "month/shared.html", context, status=status)


def _file(request: HttpRequest, link: MonthLink) -> HttpResponse | FileResponse:
    if not throttle.allows(f"month-link:{link.pk}", most=MAX_OF_A_LINK, seconds=HOUR):
        return too_often(request)
    links.note_download(link.month_file, link=link, place=throttle.place_fingerprint(request))
    name = files.name_of(link.month_file)
    return FileResponse(link.month_file.file.open(), as_attachment=True, filename=name)
