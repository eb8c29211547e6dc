"""The home page, and the one fragment that knows who is looking."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from cart import wishlist
from core.caching.page import public, tag
from core.web.http import HtmxHttpRequest
from storefront import blocks, structured_data
from storefront.models import HomeBlockKind
from storefront.selectors import cart_count


@require_safe
@public
def home(request: HtmxHttpRequest) -> HttpResponse:
    tag("home")
    tag("shelves")
    parts = blocks.home()
    context = {
        "parts": parts,
        "has_banners": any(part["kind"] == HomeBlockKind.BANNERS for part in parts),
        "facts_for_crawlers": structured_data.home(),
    }
    return render(request, "storefront/home.html", context)


@never_cache
@require_safe
def me(request: HtmxHttpRequest) -> HttpResponse:
    """The visitor's name, cart count and favourites, for pages that know none of them."""
    user = request.user
    name = user.get_short_name() if user.is_authenticated else ""
    seen = getattr(user, "impersonation", None)
    context = {
        "me": {
            "name": name,
            "cart_count": 0 if seen else cart_count(request),
            "viewing_as": seen and seen.customer.email,
            "favourites": wishlist.slugs_of(user) if isinstance(user, User) and not seen else None,
            "asked": True,
            # Clocks on cached pages use it.
            "now": int(timezone.now().timestamp() * 1000),
        }
    }
    return render(request, "components/_header_me.html", context)
