"""Delivery dates and prices to a district: of one product on its page, of many on their cards."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from constance import config
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from accounts.countries import PERU
from accounts.country_fields import DistrictField
from accounts.districts import District, matching
from accounts.places import Place
from catalog.models import Availability, Variant
from catalog.selectors import sale_refusals
from shipping.delivery_dates import short_days
from shipping.selectors import Offer, load_of, offers_for, soonest

# As many cards as one request may ask about: more than a page has.
MAX_CARDS = 60


class DistrictForm(forms.Form):
    """Where to: the fields of the checkout's address that decide on the price and the day."""

    district = DistrictField(label=gettext_lazy("District"))

    @property
    def candidates(self) -> Sequence[District]:
        """The districts that the typed name can mean, where there are several."""
        found = matching(str(self["district"].value() or "")[:150]) if self.is_bound else ()
        return found if len(found) > 1 else ()

    def clean(self) -> dict[str, Any]:
        if self.candidates:
            # Each has a button, so the error need not name them.
            self.errors["district"] = self.error_class([_("There are several: choose yours.")])
        return self.cleaned_data


class PlaceForm(DistrictForm):
    """The same over any page, which may have one of its own."""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id="id_place_%s")
        self.fields["district"].widget.attrs["list"] = "place-districts"


def promise(variant: Variant, data: Mapping[str, str]) -> dict[str, Any]:
    """
    What `storefront/_promise.html` needs: the ways of delivery for one unit, the soonest first.

    A shop in Peru asks for the district; others promise for their country. At most 2 queries.
    """
    asks = config.COUNTRY == PERU
    is_asked = "district" in data
    form = DistrictForm(data) if asks and is_asked else None
    place = None if asks else Place(country=config.COUNTRY)
    if form and form.is_valid():
        place = Place.in_peru(form.cleaned_data["district"])
    offers: list[Offer] = []
    if place and is_asked:
        found = offers_for(place, load_of([(variant, 1)]), variant.price)
        offers = sorted(found, key=lambda offer: (offer.promised_to, offer.price))
    return {
        "form": form,
        "field": asks and (form or DistrictForm())["district"],
        "place": place and (place.district or countries.name(place.country)),
        "offers": offers,
        "soonest": soonest(offers),
        "is_asked": is_asked,
    }


def arrivals(products: Iterable[UUID], district: District) -> dict[str, str]:
    """
    When one unit of each product comes there, by the product's key: as its page says.

    Products that cannot be bought now, or that nobody takes there, are left out. 2 queries, and
    at most 2 for the tariffs.
    """
    variants = _first_available(list(products)[:MAX_CARDS])
    refusals = sale_refusals(variants, timezone.now()) if variants else {}
    place, found = Place.in_peru(district), {}
    for variant in variants:
        offers = offers_for(place, load_of([(variant, 1)]), variant.price)
        if (offer := soonest(offers)) and variant.pk not in refusals:
            days = short_days(offer.promised_from, offer.promised_to)
            found[str(variant.product_id)] = _("Arrives %(days)s") % {"days": days}
    return found


def _first_available(products: list[UUID]) -> list[Variant]:
    """Of each product the variant that its page shows first. 1 query."""
    found = Variant.objects.filter(product__in=products, is_active=True)
    first = found.exclude(availability=Availability.SOLD_OUT).order_by("product", "position", "pk")
    related = ("product__category__family", "product__seller")
    return list(first.distinct("product").select_related(*related))
