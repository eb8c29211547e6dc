import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import translation
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Else all visitors would have the proxy's address, and share what one address may do in an hour.
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), settings.TRUSTED_PROXIES)
# Else the first visitor would wait until the thousands of addresses are read, in each language.
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        reverse("admin:index")
