from django.urls import path

from accounts import views

# allauth's own name: its pages and ours lead here.
urlpatterns = [path("2fa/totp/activate/", views.activate_totp, name="mfa_activate_totp")]
