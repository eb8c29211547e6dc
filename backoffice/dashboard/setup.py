"""What a new shop still needs before it can sell, as a list that ticks itself."""

from dataclasses import dataclass
from typing import Any

from constance import config
from django.apps import apps
from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from catalog.models import Product
from orders.models import Order
from payments.models import PaymentMethod
from shipping.models import ShippingRate, Zone

MAY_SET_UP = "constance.change_config"


@dataclass(frozen=True)
class SetupStep:
    label: StrOrPromise
    url: str
    is_done: bool


def steps() -> list[SetupStep]:
    """The steps in their order; none once all are done. 1 query."""
    # Of the shop's own pages, which this app does not know, only the table.
    logos = apps.get_model("storefront", "Logo")._default_manager
    tables = {
        "logo": logos.all(),
        "zone": Zone.objects.all(),
        "rate": ShippingRate.objects.all(),
        "method": PaymentMethod.objects.filter(is_active=True),
        "product": Product.objects.filter(is_active=True),
        "order": Order.objects.all(),
    }
    asked = {name: Exists(rows) for name, rows in tables.items()}
    row: Any = User.objects.order_by("pk").values(**asked).first()
    known = row or dict.fromkeys(tables, False)
    terms = f"{reverse('admin:constance_config_changelist')}?section=shop#terms_page"
    found = [
        SetupStep(_("Add your logo"), _page("storefront_logo_changelist"), known["logo"]),
        SetupStep(_("Say where you deliver: a zone"), _page("shipping_zone_add"), known["zone"]),
        SetupStep(
            _("Say what delivery costs: a rate"),
            _page("shipping_shippingmethod_changelist"),
            known["rate"],
        ),
        SetupStep(
            _("Choose how customers pay"),
            _page("payments_paymentmethod_changelist"),
            known["method"],
        ),
        SetupStep(_("Choose the page with your terms"), terms, bool(config.TERMS_PAGE)),
        SetupStep(_("Add your first product"), _page("catalog_product_add"), known["product"]),
        SetupStep(_("Place a test order"), "/", known["order"]),
    ]
    return found if any(not step.is_done for step in found) else []


def _page(name: str) -> str:
    return reverse(f"admin:{name}")
