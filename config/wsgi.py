import mimetypes
import os
import re
from importlib import import_module

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse
from django.utils import translation
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from accounts.districts import matching
from pagecache.wsgi import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What `core.caching.page.public` declares, by its address.
PUBLIC_PAGES = re.compile(
    rf"/(?:(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/)?"
    r"(?:(?:menu|kits|drops|contact|delivery-dates|search/suggest"
    r"|(?:f|b|s|kits|drops|pages)/[^/]+|c/[^/]+(?:/sizes)?"
    r"|p/[^/]+(?:/(?:reviews|questions|quick))?)/)?"
)
# What their views look at in a query.
PARAMETERS = re.compile(
    "q|v|kit|page|sort|whole|brand|price_min|price_max|rating|available|opt_.+|stars|photos|item_.+"
    "|p|district"
)
# Large, and most shops have none.
if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
    from core.observability import tracing

    tracing.begin("web")
# Otherwise all visitors share the proxy's address, and with it one rate limit.
store_application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), settings.TRUSTED_PROXIES)
import_module("core.web.checks").refuse_unfit()  # which needs the settings
# Template errors are shown during development.
pages = (
    None
    if settings.DEBUG
    else PageCache(
        store_application,
        PUBLIC_PAGES,
        PARAMETERS,
        version=getattr(staticfiles_storage, "manifest_hash", ""),
    )
)
application = pages or store_application
# What the first visitors would wait for is read now, once for all forked processes (config.web).
mimetypes.init()
engines.all()  # with the tags of all templates
import_module("core.web.jinja").compile_all()
matching("")  # Peru's districts, by each way of writing them
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        reverse("admin:index")
