from django.urls import path

from sellers import views

app_name = "sellers"
urlpatterns = [
    path("", views.apply, name="apply"),
    path("thanks/", views.thanks, name="thanks"),
]
