from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("download/", views.download_data, name="download"),
    path("forget/", views.forget_me, name="forget"),
]
