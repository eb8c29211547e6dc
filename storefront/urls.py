from django.urls import path
from django.views.generic import RedirectView

from storefront.views import (
    account,
    back_in_stock,
    drops,
    home,
    kits,
    leaving,
    listing,
    orders,
    pages,
    product,
    queue,
    reorder,
    search,
    wishlist,
)

app_name = "storefront"
urlpatterns = [
    path("", home.home, name="home"),
    path("me/", home.me, name="me"),
    path("f/<slug:slug>/", listing.family, name="family"),
    path("c/<slug:slug>/", listing.category, name="category"),
    path("b/<slug:slug>/", listing.brand, name="brand"),
    path("s/<slug:slug>/", listing.seller, name="seller"),
    path("p/<slug:slug>/", product.product, name="product"),
    path("back-in-stock/", back_in_stock.sign_up, name="back-in-stock"),
    path("back-in-stock/claim/<str:token>/", back_in_stock.claim, name="back-in-stock-claim"),
    path("back-in-stock/leave/<str:token>/", leaving.back_in_stock, name="back-in-stock-leave"),
    path("save-for-later/", wishlist.save, name="wish"),
    path("kits/", kits.kits, name="kits"),
    path("kits/<slug:slug>/", kits.kit, name="kit"),
    path("drops/", drops.drops, name="drops"),
    path("drops/<slug:slug>/", drops.drop, name="drop"),
    path("drops/<slug:slug>/state/", drops.state, name="drop-state"),
    path("drops/<slug:slug>/remind/", drops.remind, name="drop-remind"),
    path("drops/reminders/leave/<str:token>/", leaving.drop_reminders, name="drop-reminders-leave"),
    path("drops/<slug:slug>/queue/", queue.queue, name="drop-queue"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("pages/<slug:slug>/", pages.page, name="page"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/again/", reorder.reorder, name="order-again"),
    path(
        "orders/<str:number>/documents/<slug:document_number>.pdf",
        orders.document,
        name="order-document",
    ),
    path(
        "account/", RedirectView.as_view(pattern_name="storefront:account-orders"), name="account"
    ),
    path("account/orders/", account.orders, name="account-orders"),
    path("account/wishlist/", wishlist.page, name="account-wishlist"),
    path("account/wishlist/forget/", wishlist.forget, name="account-wishlist-forget"),
    path("account/profile/", account.profile, name="account-profile"),
    path("account/addresses/", account.addresses, name="account-addresses"),
    path("account/addresses/new/", account.address, name="account-address-new"),
    path("account/addresses/<uuid:address_id>/", account.address, name="account-address"),
    path(
        "account/addresses/<uuid:address_id>/delete/",
        account.address_delete,
        name="account-address-delete",
    ),
]
