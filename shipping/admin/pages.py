"""What the pages of parcels and rates share: who sends parcels, and how a page is shown."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.selectors import is_seller


def sends(request: HttpRequest) -> bool:
    """Whether there may be parcels that the person sends: `sent_by` says which."""
    return request.user.has_perm("shipping.change_shipment") or is_seller(request.user)


def show(
    pages: ModelAdmin[Any],
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """The model's page of that name, within the back office."""
    context = {**pages.admin_site.each_context(request), "opts": pages.opts, **context}
    template = f"admin/{pages.opts.app_label}/{pages.opts.model_name}/{name}.html"
    return TemplateResponse(request, template, context, status=status)
