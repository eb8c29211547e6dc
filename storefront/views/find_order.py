"""Look-up of an order without an account: its signed link is mailed, nothing is shown."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.web.throttle import allows, place_of
from orders import lookup
from orders.numbers import written_number

HOUR = 3600
MAX_FROM_A_PLACE, MAX_FOR_AN_ADDRESS = 20, 5
TOO_OFTEN = _("Too many attempts. Please try again in an hour.")


class FindOrderForm(forms.Form):
    number = forms.CharField(
        label=_("Order number"),
        max_length=30,
        help_text=_("It begins with PED and is in every e-mail about the order."),
        error_messages={"required": _("Enter the number of the order.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The one you ordered with."),
        error_messages={
            "required": _("Enter the e-mail address that you ordered with."),
            "invalid": _("Enter an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_number(self) -> str:
        number = written_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("Write the number such as PED-20261124-0001."))
        return number


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for number and address; the answer is the same whether there is such an order or not."""
    form = FindOrderForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            email = form.cleaned_data["email"].lower()
            if _is_welcome(request, email):
                lookup.ask(number=form.cleaned_data["number"], email=email)
                return redirect(f"{reverse('storefront:find-order')}?sent=1")
            form.add_error(None, TOO_OFTEN)
            status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"form": form, "is_sent": "sent" in request.GET}
    return render(request, "storefront/find_order.html", context, status=status)


def _is_welcome(request: HttpRequest, email: str) -> bool:
    place = f"find-order:{place_of(request)}"
    return allows(place, most=MAX_FROM_A_PLACE, seconds=HOUR) and allows(
        f"find-order:{email}", most=MAX_FOR_AN_ADDRESS, seconds=HOUR
    )
