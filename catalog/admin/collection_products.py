"""The page on which staff add products to a collection and order them."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import services
from catalog.models import Collection, CollectionProduct, Product
from core.admin.pages import OwnPages, own_page

PER_PAGE = 100
MAX_FOUND = 30
MAX_LINES = 2000


class AddForm(forms.Form):
    """Products by SKU or address, as copied from a list or a spreadsheet."""

    lines = forms.CharField(
        label=_("SKUs or addresses"),
        help_text=_("One per line, in the order in which they are shown."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=200_000,
    )

    def clean_lines(self) -> list[UUID]:
        """:raises ValidationError: naming the lines that match no product"""
        lines = re.split(r"[\n,;]", self.cleaned_data["lines"].replace("\0", ""))
        if len(lines) > MAX_LINES:
            most = _("At most %(most)s are added at once.")
            raise forms.ValidationError(most % {"most": MAX_LINES})
        found, unknown = services.find_products(lines)
        if unknown:
            names = ", ".join(unknown[:10])
            text = _("There is no product of this SKU or address: %(names)s. Nothing is added.")
            raise forms.ValidationError(text % {"names": names})
        return found


class WithProducts(OwnPages[Collection]):
    """Adds the page of a collection's products, paginated."""

    @own_page("<uuid:collection_id>/products/", "catalog_collection_products")
    def products(self, request: HttpRequest, collection_id: UUID) -> HttpResponse:
        """Show the products, search for others, and apply the submitted changes."""
        collection = get_object_or_404(Collection, pk=collection_id)
        if not self.has_view_permission(request, collection):
            raise PermissionDenied
        form = AddForm()
        if request.method == "POST":
            if not self.has_change_permission(request, collection):
                raise PermissionDenied
            form = AddForm(request.POST) if "lines" in request.POST else form
            if not form.is_bound or form.is_valid():
                return self._apply(request, collection, form)
        return self._show(request, collection, form)

    def _apply(self, request: HttpRequest, collection: Collection, form: AddForm) -> HttpResponse:
        if form.is_bound or {"add", "adding"} & set(request.POST):
            keys = form.cleaned_data["lines"] if form.is_bound else _keys(request, "add")
            known = Product.objects.in_bulk(keys)
            chosen = [key for key in keys if key in known]
            if refusal := self.why_not_added(collection, chosen):
                return self._refuse(request, collection, form, refusal)
            number = services.add_products(collection.pk, chosen)
            text = ngettext("%(number)s product added.", "%(number)s products added.", number)
            said = text % {"number": number}
        else:
            removed = _keys(request, "remove")
            services.arrange(collection.pk, places=_places(request), removed=removed)
            said = str(_("The products are in this order now."))
        self.log_change(request, collection, said)
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def why_not_added(self, collection: Collection, product_ids: list[UUID]) -> str:
        """Why these products may not be added; empty if they may."""
        return "" if product_ids else str(_("Tick the products to add."))

    def _refuse(
        self, request: HttpRequest, collection: Collection, form: AddForm, refusal: str
    ) -> HttpResponse:
        if form.is_bound:
            form.add_error("lines", refusal)
            return self._show(request, collection, form)
        self.message_user(request, refusal, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def _show(self, request: HttpRequest, collection: Collection, form: AddForm) -> HttpResponse:
        entries = CollectionProduct.objects.filter(collection=collection).in_order()
        rows = entries.select_related("product").prefetch_related("product__images")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        words = request.GET.get("q", "").replace("\0", "").strip()
        context = {
            "title": _("Products of the collection"),
            "original": collection,
            "page": page,
            "form": form,
            "words": words,
            "found": _found(collection, words) if words else None,
            "may_change": self.has_change_permission(request, collection),
        }
        template = "admin/catalog/collection/products.html"
        return self.own_response(request, template, context, status=422 if form.errors else 200)


def _found(collection: Collection, words: str) -> QuerySet[Product]:
    """Products with all the words in name or SKU, without those already in the collection."""
    found = Product.objects.exclude(collection_entries__collection=collection)
    for word in words.split()[:8]:
        found = found.filter(
            Q(name_es__icontains=word) | Q(name_en__icontains=word) | Q(sku__icontains=word)
        )
    return found.order_by("-units_sold", "pk")[:MAX_FOUND]


def _keys(request: HttpRequest, name: str) -> list[UUID]:
    return [key for text in request.POST.getlist(name) if (key := _key(text))]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _places(request: HttpRequest) -> dict[UUID, int]:
    """The positions that differ from those shown, which are in `was-<key>`."""
    places: dict[UUID, int] = {}
    for name, value in request.POST.items():
        key = _key(name.removeprefix("place-")) if name.startswith("place-") else None
        wanted: Any = str(value).strip()
        if key and wanted != request.POST.get(f"was-{key}") and re.fullmatch(r"\d{1,6}", wanted):
            places[key] = int(wanted)
    return places
