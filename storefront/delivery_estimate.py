"""Delivery dates and prices to a district, on the product's page."""

from collections.abc import Mapping
from typing import Any

from constance import config
from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.country_fields import DistrictField
from accounts.places import Place
from catalog.models import Variant
from shipping.models import MethodKind
from shipping.selectors import Offer, load_of, offers_for

PERU = "PE"


class DistrictForm(forms.Form):
    """Where to: the fields of the checkout's address that decide on the price and the day."""

    district = DistrictField(label=_("District"))


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
        "soonest": next((each for each in offers if each.kind != MethodKind.PICKUP), None),
        "is_asked": is_asked,
    }
