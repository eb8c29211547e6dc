from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.write, name="write"),
    path("<str:token>/", views.sheet, name="sheet"),
]
