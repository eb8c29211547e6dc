"""Every app's addresses. Pages have a language prefix; webhooks, health and files have none."""

from csp.constants import HEADER
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.static import serve


@cache_control(public=True, max_age=86400, immutable=True)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file, whose content never changes under its name."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers[HEADER] = settings.FILE_SECURITY_POLICY
    return response


urlpatterns = [
    path("", include("backoffice.monitoring.health_urls")),
    path("webhooks/", include("payments.webhook_urls")),
    path("", include("storefront.plain_urls")),
    *i18n_patterns(
        path("", include("storefront.urls")),
        path("cart/", include("cart.urls")),
        path("checkout/", include("checkout.urls")),
        path("payments/", include("payments.urls")),
        path("account/privacy/", include("privacy.urls")),
        path("account/", include("accounts.urls")),
        path("account/", include("allauth.urls")),
        path("libro-de-reclamaciones/", include("complaints.urls")),
        path("sell/", include("sellers.urls")),
        path("month/", include("backoffice.month_end.urls")),
        path(settings.ADMIN_PATH, admin.site.urls),
        prefix_default_language=False,
    ),
]

if settings.DEMO or settings.IS_PLAIN:  # elsewhere the proxy serves what was uploaded
    urlpatterns.insert(0, path("media/<path:path>", media, name="media"))

handler400 = "storefront.errors.bad_request"
handler403 = "storefront.errors.forbidden"
handler404 = "storefront.errors.not_found"
handler500 = "storefront.errors.server_error"
