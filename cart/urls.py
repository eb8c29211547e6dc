from django.urls import path

from cart import views

app_name = "cart"
urlpatterns = [
    path("", views.page, name="page"),
    path("add/", views.add, name="add"),
    path("update/", views.update, name="update"),
    path("remove/", views.remove, name="remove"),
    path("put-back/", views.put_back, name="put-back"),
    path("kit/", views.kit, name="kit"),
    path("coupon/", views.coupon, name="coupon"),
]
