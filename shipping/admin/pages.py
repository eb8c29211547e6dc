"""What the pages of parcels share: who packs and sends them, and how a page is shown."""

from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.selectors import is_seller
from accounts.seller_admin import person
from shipping.models import Shipment


def sends(request: HttpRequest) -> bool:
    """Whether there may be parcels that the person sends: `sent_by` says which."""
    return request.user.has_perm("shipping.change_shipment") or is_seller(request.user)


def actor(request: HttpRequest) -> UUID:
    return person(request).pk


def show(
    pages: ModelAdmin[Shipment],
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """The page of that name, within the back office."""
    context = {**pages.admin_site.each_context(request), "opts": pages.opts, **context}
    template = f"admin/shipping/shipment/{name}.html"
    return TemplateResponse(request, template, context, status=status)
