"""Every app's addresses. Only pages have a language prefix: webhooks, health and files have none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from backoffice.site import site

urlpatterns = [
    path("", include("backoffice.health_urls")),
    path("webhooks/", include("payments.webhook_urls")),
    path("", include("storefront.plain_urls")),
    *i18n_patterns(
        path("", include("storefront.urls")),
        path("cart/", include("cart.urls")),
        path("checkout/", include("checkout.urls")),
        path("payments/", include("payments.urls")),
        path("account/", include("allauth.urls")),
        path("admin/", site.urls),
        prefix_default_language=False,
    ),
]

handler400 = "storefront.errors.bad_request"
handler403 = "storefront.errors.forbidden"
handler404 = "storefront.errors.not_found"
handler500 = "storefront.errors.server_error"
