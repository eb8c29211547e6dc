from django.urls import path

from checkout import views

app_name = "checkout"
urlpatterns = [
    path("", views.page, name="page"),
    path("quote/", views.quote, name="quote"),
    path("districts/", views.districts, name="districts"),
    path("pay/<str:number>/", views.pay, name="pay"),
]
