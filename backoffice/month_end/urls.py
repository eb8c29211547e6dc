from django.urls import path

from backoffice.month_end import views

app_name = "month"
urlpatterns = [path("<str:token>/", views.shared, name="shared")]
