from django.urls import path

from backoffice.monitoring import health, views

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", views.figures, name="metrics"),
]
