"""
Django with one page, no middleware and no database: what the framework reaches on this machine.

The module is the settings, the addresses and the application.
"""

import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from core.web.front import Front

os.environ["DJANGO_SETTINGS_MODULE"] = __name__

SECRET_KEY = "signs nothing"  # nosec B105
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
LOGGING_CONFIG = None


def hello(_request: HttpRequest) -> HttpResponse:
    said = "hello, world"
    # Middleware would set the length.
    return HttpResponse(said, headers={"Content-Type": "text/plain", "Content-Length": len(said)})


urlpatterns = [path("hello", hello)]
application = Front(get_wsgi_application(), threads=6)
