"""How customers reach the shop, and the form that writes to it."""

from http import HTTPStatus

from constance import config
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.caching.page import public
from core.web.csrf_by_origin import same_origin
from storefront import emails, selectors
from storefront.forms import ContactForm


@require_safe
@public
def contact(request: HttpRequest) -> HttpResponse:
    """There is no such page where staff have set neither a channel nor an address."""
    found = selectors.frame().shop.contact
    if not found:
        raise Http404
    return _show(request, ContactForm() if found.email else None)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Mail the message to the shop; where no address is set, nobody would read it."""
    if not selectors.frame().shop.contact.email:
        raise Http404
    if request.method != "POST":
        return redirect("storefront:contact")
    form = ContactForm(request.POST)
    if status := form.refusal(request, "contact", most=5):
        return _show(request, form, status)
    if not form.is_from_a_program:
        emails.send_message(form.cleaned_data)
    thanks = _("We have your message. Our answer goes to %(email)s.")
    messages.success(request, thanks % form.cleaned_data)
    return redirect("storefront:contact-sent")


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/contact_sent.html")


def _show(
    request: HttpRequest, form: ContactForm | None, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "company_address": config.LEGAL_ADDRESS}
    return render(request, "storefront/contact.html", context, status=status)
