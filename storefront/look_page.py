"""The page on which a shop makes the store its own: look, colour, corners, room and logo."""

from typing import Any

from constance import config, settings
from constance.forms import FIELDS
from csp.decorators import csp_replace, csp_update
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from core.brand import words
from core.brand.looks import Theme, palette_of, theme
from storefront import curated, icons, product_rows, selectors
from storefront.models import Logo

LABELS = {
    "STORE_LOOK": gettext_lazy("Look"),
    "BRAND_COLOUR": gettext_lazy("Brand colour"),
    "CORNERS": gettext_lazy("Corners"),
    "DENSITY": gettext_lazy("Room"),
}
_CARDS = 4


class LookForm(forms.Form):
    """The settings of the look, as the page of all settings has them. No query."""

    def __init__(self, typed: QueryDict | None = None) -> None:
        super().__init__(typed, initial={name: getattr(config, name) for name in LABELS})
        for name, label in LABELS.items():
            kind, options = FIELDS[settings.CONFIG[name][2]]
            choices = {"widget": forms.RadioSelect} if "choices" in options else {}
            self.fields[name] = kind(label=label, **(options | choices))
        self.fields["BRAND_COLOUR"].widget.attrs["placeholder"] = "#1F5596"
        self.fields["BRAND_COLOUR"].help_text = settings.CONFIG["BRAND_COLOUR"][1]

    def save(self) -> None:
        """Write what has changed, and draw the icons in the new colours."""
        for name in self.changed_data:
            setattr(config, name, self.cleaned_data[name])
        icons.draw()


def may_change(request: HttpRequest) -> bool:
    return bool(
        admin.site.has_permission(request) and request.user.has_perm("constance.change_config")
    )


@csp_update({"frame-src": "'self'"})
def look(request: HttpRequest) -> HttpResponse:
    """
    Show or save the look. 1 query for the logo.

    :raises PermissionDenied: if the user may not change the settings
    """
    if not may_change(request):
        raise PermissionDenied
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your shop has its new look."))
        return redirect("admin:storefront_logo_changelist")
    values = {name: form[name].value() for name in form.fields}
    context = {
        **admin.site.each_context(request),
        "title": _("Look"),
        "opts": Logo._meta,
        "form": form,
        "logo": Logo.objects.first(),
        "told": _told(values) if not form.errors else [],
    }
    return TemplateResponse(request, "admin/storefront/look.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@csp_replace({"frame-ancestors": "'self'"})
@xframe_options_sameorigin
def preview(request: HttpRequest) -> HttpResponse:
    """
    Real parts of the shop in the look that is typed, saved or not; in light and in dark.

    :raises PermissionDenied: if the user may not change the settings
    """
    if not may_change(request):
        raise PermissionDenied
    form = LookForm(request.POST if request.method == "POST" else None)
    is_wrong = form.is_bound and not form.is_valid()
    values: dict[str, Any] = (
        {**form.initial, **form.cleaned_data} if form.is_bound else dict(form.initial)
    )
    worn = _theme(values)
    context = {
        "previewed": selectors.frame().shop._replace(theme=worn),
        "refused": [error for errors in form.errors.values() for error in errors],
        "told": [] if is_wrong else _told(values),
        "figures": words.figures(
            palette_of(worn.look, values["BRAND_COLOUR"]), worn.light_ground, worn.dark_ground
        ),
        "slide": next(iter(curated.banners()), None),
        "cards": product_rows.popular(_CARDS),
    }
    return render(request, "storefront/look_preview.html", context)


def _theme(values: dict[str, Any]) -> Theme:
    return theme(
        look=values["STORE_LOOK"],
        colour=values["BRAND_COLOUR"],
        corners=values["CORNERS"],
        density=values["DENSITY"],
    )


def _told(values: dict[str, Any]) -> list[str]:
    """Nothing of a look's own colour, which was chosen to be readable."""
    colour = values["BRAND_COLOUR"]
    return words.corrections(palette_of(values["STORE_LOOK"], colour)) if colour else []
