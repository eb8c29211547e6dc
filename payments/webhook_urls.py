from django.urls import path

from payments import views

urlpatterns = [path("<slug:provider>/", views.webhook, name="payment-webhook")]
