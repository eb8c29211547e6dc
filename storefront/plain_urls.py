"""Addresses without a language: what crawlers and browsers ask for."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from core.database.replica import may_read_replica
from storefront.sitemaps import SITEMAPS
from storefront.views.crawlers import favicon, prefetch, robots, sitemap_index
from storefront.views.theme import manifest, theme

urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path("theme-<slug:colours>.css", theme, name="theme"),
    path("site.webmanifest", manifest, name="manifest"),
    path("prefetch.json", prefetch, name="prefetch"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path(
        "sitemap-<slug:section>.xml",
        may_read_replica(sitemap),
        {"sitemaps": SITEMAPS, "template_name": "storefront/sitemap.xml"},
        name="sitemap-section",
    ),
]
