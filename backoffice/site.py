"""The staff console: Django's admin, ordered by task, with a page of figures."""

from allauth.mfa.models import Authenticator
from constance import config
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from backoffice.selectors import dashboard

# The order of the side navigation: what is done all day comes first.
TASKS = (
    "orders",
    "payments",
    "shipping",
    "returns",
    "inventory",
    "purchasing",
    "catalog",
    "promotions",
    "reviews",
    "storefront",
    "accounts",
    "invoicing",
    "payouts",
    "cart",
    "waitingroom",
    "outbox",
    "constance",
    "post_office",
)


class BackOffice(AdminSite):
    """Django's admin as this shop's staff see it."""

    site_title = _("Back office")
    site_header = _("Back office")
    index_title = _("Today")
    index_template = "admin/dashboard.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor; the demo shop asks for none."""
        return super().has_permission(request) and not needs_second_factor(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Staff without a second factor are shown how to set one up; others sign in as ever."""
        if request.user.is_authenticated and request.user.is_staff:
            if needs_second_factor(request):
                return redirect("mfa_activate_totp")
            return redirect("admin:index")
        return redirect(f"/account/login/?next={request.get_full_path()}")

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        return {**super().each_context(request), "site_header": config.STORE_NAME}

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, object]]:
        apps: list[dict[str, object]] = super().get_app_list(request, app_label)
        places = {name: place for place, name in enumerate(TASKS)}
        return sorted(apps, key=lambda app: places.get(str(app["app_label"]), len(places)))

    def index(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), "board": dashboard(request.user)})


def needs_second_factor(request: HttpRequest) -> bool:
    """True for staff who have set up no second factor, where the shop is real."""
    if settings.DEMO or settings.DEBUG or not request.user.is_authenticated:
        return False
    return not Authenticator.objects.filter(user=request.user).exists()
