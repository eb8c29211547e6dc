"""What the bench measures of the back office, as somebody who may do everything."""

from http.client import HTTPConnection

from django.conf import settings
from django.test import Client

from accounts.models import User
from orders.models import Order
from shipping.models import Shipment
from tests.bench.load import Step
from tests.bench.scenes import Scene

LISTS = {
    "orders": "/admin/orders/order/",
    "orders, searched": "/admin/orders/order/?q=PED-20250101-0000077",
    "products": "/admin/catalog/product/",
    "products, searched": "/admin/catalog/product/?q=roble",
    "variants": "/admin/catalog/variant/",
    "stock levels": "/admin/inventory/stocklevel/",
}
# As many in a shop of any size.
SOME = "?q=PED-20250101-0000"
# Public pages and those of the back office, with files.
VARIED = (
    *("/", "/search/?q=mesa", "/search/suggest/?q=me", "/kits/", "/drops/", "/cart/", "/compare/"),
    *("/account/login/", "/libro-de-reclamaciones/", "/en/", "/en/search/?q=table", "/sell/"),
    *(*LISTS.values(), "/admin/", "/admin/payments/payment/"),
    *("/admin/accounts/user/", "/admin/accounts/customeraccount/"),
    *(f"/admin/orders/order/list.xlsx{SOME}", f"/admin/orders/order/list.csv{SOME}", "/readyz"),
)
TIMES = 10
COOKIE = settings.SESSION_COOKIE_NAME


def chief() -> dict[str, str]:
    """The cookie of a superuser who has signed in."""
    user = User.objects.filter(is_superuser=True).order_by("pk")[0]
    client = Client()
    client.force_login(user)
    return {COOKIE: client.cookies[COOKIE].value}


def scenes(cookies: dict[str, str]) -> list[Scene]:
    order = Order.objects.order_by("-placed_at")[0]
    pages = {**LISTS, "an order": f"/admin/orders/order/{order.pk}/change/"}
    return [Scene(f"back office: {name}", _open(path, cookies)) for name, path in pages.items()]


def _open(path: str, cookies: dict[str, str]) -> Step:
    return lambda visitor, _: visitor.get(path, cookies)


def wander(port: int, cookies: dict[str, str]) -> None:
    """
    A few hundred requests of many kinds, papers and files among them.

    Each by a connection of its own, so that all processes of the server get some of each.
    """
    parcel = Shipment.objects.order_by("pk")[0]
    slip = f"/admin/shipping/shipment/{parcel.pk}/slip.pdf"
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    for path in (*VARIED, slip) * TIMES:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path, headers=header)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{path} answers {answer.status}")
