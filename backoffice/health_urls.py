from django.urls import path

from backoffice import health, monitoring

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", monitoring.figures, name="metrics"),
]
