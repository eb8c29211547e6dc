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
from core.program import program
from core.traffic import CountedRequests
from pagecache.wsgi import KeptPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What `core.pages.public` declares, by its address.
PUBLIC_PAGES = re.compile(
    rf"/(?:(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/)?"
    r"(?:(?:kits|drops|search/suggest|(?:f|c|b|s|kits|drops|pages)/[^/]+|p/[^/]+(?:/reviews)?)/)?"
)
# What their views look at in a query.
PARAMETERS = re.compile(
    "q|v|kit|page|sort|whole|brand|price_min|price_max|rating|available|opt_.+|stars|photos|item_.+"
)
# Each process comes to need them sooner or later: for papers with their codes and fonts, to look
# for MongoDB, for texts of staff, and to hand work to a worker.
SHARED = (
    *("shipping.papers.slips", "fontTools.ttLib.tables.O_S_2f_2", "payments.log_store"),
    "core.markdown",
    *("celery.app.amqp", "celery.backends.base", "celery.events", "kombu.transport.redis"),
)
# Large, and most shops have none.
if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
    from core import tracing

    tracing.begin("web")
# Else all visitors would have the proxy's address, and share what one address may do in an hour.
store_application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), settings.TRUSTED_PROXIES)
# Whoever works on templates wants to see them.
pages = (
    store_application
    if settings.DEBUG
    else KeptPages(
        store_application,
        PUBLIC_PAGES,
        PARAMETERS,
        version=getattr(staticfiles_storage, "manifest_hash", ""),
    )
)
application = CountedRequests(pages)
# Else the first visitor would wait until the thousands of addresses are read, in each language.
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        reverse("admin:index")


def share() -> None:
    """
    Load what each process would load later, for itself alone.

    For whoever forks them, as `config.web` does; it asks no server for anything.
    """
    for name in SHARED:
        import_module(name)
    mimetypes.init()
    engines.all()  # with the tags of all templates
    program()
    matching("")  # Peru's districts, by each way of writing them
