from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [path("return/<str:number>/", views.come_back, name="return")]
