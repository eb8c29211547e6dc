"""The lists of the back office by task: what each is for, and how its first row comes."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Help(NamedTuple):
    """`first` is said where the list is still empty; `page` is where that begins, if not here."""

    purpose: StrOrPromise
    first: StrOrPromise = ""
    page: str = ""
    # What the list is for people of a seller, who see their part of it.
    of_seller: StrOrPromise = ""


_SALES = {
    "orders.order": Help(
        _("What customers have bought: open an order to pack, cancel, refund or change it."),
        _("Orders come from the checkout. One that came by phone begins as a draft."),
        "admin:checkout_draft_add",
        _("Orders with products of yours, and where they go. You pack and send the parcels."),
    ),
    "checkout.draft": Help(
        _("Orders that you write for a customer, by phone or chat, until they pay."),
        _("Write the first one: choose products, then send the link to pay."),
    ),
    "till.tillsession": Help(
        _("Who stood at which till, what came in, and how the cash was counted."),
        _("Open a till at the counter and sell with the scanner."),
        "admin:till_sell",
    ),
    "till.till": Help(
        _("The drawers at the counters of your shops."),
        _("Add one, and choose the pickup whose warehouse its goods leave."),
    ),
    "shipping.shipment": Help(
        _("Parcels of the orders: pack them, send them and follow them to the door."),
        _("A parcel is planned as soon as an order is paid."),
        "admin:orders_order_changelist",
    ),
    "returns.return": Help(
        _("What customers send back: answer, receive and settle it."),
        _("Customers ask from their order’s page; you can open one from the order, too."),
        "admin:orders_order_changelist",
    ),
    "complaints.complaint": Help(
        _("The complaints book that the law asks for: answer each sheet before it is due."),
        _("Sheets come from the complaints book at the foot of every page of the shop."),
    ),
    "cart.cart": Help(
        _("Carts that hold stock now or held it, and how they ended."),
        _("A cart appears here as soon as somebody puts a product in it."),
    ),
}
_MONEY = {
    "payments.payment": Help(
        _("Every attempt to pay, with what its provider said and what money came."),
        _("An attempt begins when somebody chooses how to pay. Look at your methods first."),
        "admin:payments_paymentmethod_changelist",
    ),
    "payments.refund": Help(
        _("Money on its way back to customers: approve it, and see where it is."),
        _("A refund is asked for on the page of an order."),
        "admin:orders_order_changelist",
    ),
    "payments.dispute": Help(
        _("Payments that a customer disputes with their bank: answer before the date."),
        _("Your payment providers report them."),
    ),
    "payments.ledgerentry": Help(
        _("All money that came and went. Nobody can change these entries.")
    ),
    "payments.storecredit": Help(
        _("What the shop owes customers in goods: grant credit, and see how it was used."),
        _("Credit is granted for a return, or by you for another reason."),
    ),
    "payments.creditrequest": Help(
        _("Credit that is more than one person gives alone: approve or decline what others ask."),
        _("Give a customer a large credit: it waits here for a colleague."),
        "admin:payments_storecredit_add",
    ),
    "invoicing.fiscaldocument": Help(
        _("Boletas, facturas and credit notes as they were issued, to read and send again."),
        _("A document is issued when an order is paid. Look at your series first."),
        "admin:invoicing_series_changelist",
    ),
    "invoicing.submission": Help(
        _("Documents sent to the provider of electronic invoices, and its answers.")
    ),
    "payouts.statement": Help(
        _("What each seller is paid for a period: check it, approve it, note the transfer."),
        _("Statements are written on the first of each month, or by you."),
    ),
    "payouts.commission": Help(_("What the shop keeps of the sales of each seller or category.")),
    "backoffice.bookscheck": Help(
        _("What finance does on the first working day: each step, its numbers and its files.")
    ),
}
_STOCK = {
    "inventory.stocklevel": Help(
        _("How many units are in each warehouse, how many are promised, and why."),
        _("Put the units of your variants on a shelf."),
        "admin:inventory_stocklevel_bulk",
    ),
    "inventory.movement": Help(_("Every unit that came or went, with its reason.")),
    "inventory.reservation": Help(
        _("Units held for carts and for orders that are not paid yet, and until when.")
    ),
    "inventory.stockalert": Help(_("Where stock fell below its minimum or ran out, and when.")),
    "inventory.transfer": Help(
        _("Goods on their way from one warehouse to another."),
        _("Begin one to move goods: it leaves here and arrives there with its own steps."),
    ),
    "inventory.stockcount": Help(
        _("What was counted on the shelves, compared with the shop's numbers."),
        _("Start a count: enter what is there, and the differences are corrected."),
    ),
    "inventory.backinstockrequest": Help(
        _("Shoppers who get a mail when a sold-out product is back.")
    ),
}
_PURCHASING = {
    "purchasing.purchaseorder": Help(
        _("What you have ordered from suppliers, and what of it has arrived."),
        _("Write the first one: the supplier, then what is lacking."),
    ),
    "purchasing.receipt": Help(
        _("What was received of each purchase order, by delivery note."),
        _("Goods are received on the page of a purchase order."),
        "admin:purchasing_purchaseorder_changelist",
    ),
    "purchasing.suppliertask": Help(
        _("What suppliers are to send straight to customers: call them, note the parcel."),
        _("A task is written when goods of a supplier’s own warehouse are sold."),
    ),
    "purchasing.supplier": Help(_("Companies you buy from, with their terms.")),
}
_CATALOGUE = {
    "catalog.product": Help(
        _("What you sell: names, texts, pictures and shelves; variants have price and stock."),
        _("Add the first product, or take in a spreadsheet with all of them."),
        "admin:catalog_sheetimport_add",
    ),
    "catalog.variant": Help(
        _("Each thing that can be bought: its SKU, its options and its price."),
        _("Variants are made on the page of their product."),
        "admin:catalog_product_changelist",
    ),
    "catalog.category": Help(_("The shelves of the shop, and which attributes they filter by.")),
    "catalog.family": Help(_("The departments that the shelves belong to.")),
    "catalog.brand": Help(_("The brands of your products, each with a page of its own.")),
    "catalog.collection": Help(
        _("Products shown together: chosen by hand or by a rule, always or for a drop.")
    ),
    "catalog.kit": Help(_("Several products sold together, at a price of their own.")),
    "catalog.scheduledprice": Help(
        _("Prices that begin and end by themselves."),
        _("Plan the first one: choose a variant, its price, and from when until when."),
    ),
    "catalog.pricehistory": Help(
        _("What every variant has cost, from when until when, and who set it.")
    ),
    "catalog.sheetimport": Help(
        _("Imported spreadsheets: each is checked first and changes nothing until you approve it."),
        _("Upload a file of products, prices or stock."),
    ),
    "waitingroom.waitingroom": Help(_("The queue in front of a drop: how fast people get in.")),
    "waitingroom.dropreminder": Help(_("Shoppers who get a mail before a drop opens.")),
    "catalog.synonymgroup": Help(_("Words that mean the same to the search of your shop.")),
    "catalog.searchboost": Help(_("Products that come first when somebody searches for a word.")),
    "catalog.searchredirect": Help(_("Searches that lead straight to a page of the shop.")),
    "catalog.searchcount": Help(_("What customers searched for, and what found nothing.")),
}
_MARKETING = {
    "promotions.promotion": Help(
        _("Discounts: what they take off, for whom, when, and how often."),
        _("Add the first one; give it a code if only some may use it."),
    ),
    "promotions.coupon": Help(
        _("The codes of your promotions, and how often each was used."),
        _("Codes are made on the page of a promotion."),
        "admin:promotions_promotion_changelist",
    ),
    "promotions.redemption": Help(_("Who used which promotion in which order.")),
    "reviews.productquestion": Help(
        _("What people ask about products: answer it, and show it on the product's page.")
    ),
    "reviews.review": Help(_("What customers say of products: approve it, answer it, or hide it.")),
    "storefront.homeblock": Help(
        _("What the first page of the shop shows, from top to bottom."),
        _("Add a part; without any, the usual ones are shown."),
    ),
    "storefront.story": Help(
        _("Rooms and looks on the first page, with hotspots that lead to what is in the picture."),
        _("Add the first one: a picture, and the products in it."),
    ),
    "storefront.banner": Help(_("The pictures on the first page of the shop, and when they show.")),
    "cart.wishlistitem": Help(_("What customers keep for later: what they would like to buy.")),
}
_PEOPLE = {
    "accounts.customeraccount": Help(
        _("Who buys here: what each has ordered, sent back, written and been told."),
        _("An account comes with a first order, or when somebody signs up."),
    ),
    "accounts.user": Help(_("Your colleagues and the people of sellers: who has which role.")),
    "accounts.seller": Help(_("Who sells in your shop, and who works for each of them.")),
    "sellers.sellerapplication": Help(
        _("Who wants to sell in your shop: approve or reject, with a reason.")
    ),
    "accounts.address": Help(_("The addresses that customers keep. Orders have their own copy.")),
    "auth.group": Help(_("What each role may see and change. A person has one or several.")),
    "privacy.privacyrequest": Help(
        _("Requests for a copy or the deletion of personal data, and what was done."),
        _("When you receive a request, begin here with the person's e-mail address."),
    ),
    "accounts.impersonation": Help(
        _("Which colleague viewed the shop as which customer, when and why."),
        _("View the shop as a customer from the page of their account."),
        "admin:accounts_customeraccount_changelist",
    ),
}
_SETTINGS = {
    "constance.config": Help(_("How your shop behaves. Changes apply immediately.")),
    "payments.paymentmethod": Help(_("How customers can pay, where, and up to which amount.")),
    "shipping.shippingmethod": Help(_("How orders reach their buyers, and what that costs.")),
    "shipping.shippingrate": Help(_("What a method costs in a zone, by weight or by amount.")),
    "shipping.zone": Help(_("The districts and countries that share the same rates.")),
    "shipping.carrier": Help(_("Who brings the parcels, and where they can be followed.")),
    "promotions.taxrate": Help(_("The taxes of the countries you sell to.")),
    "inventory.warehouse": Help(_("The places your goods lie at, and what each may send.")),
    "invoicing.series": Help(_("The series that number boletas, facturas and credit notes.")),
    "storefront.logo": Help(
        _("How your shop looks: type, colour, corners, room and logo, with a preview."),
        _("Add a logo as PNG or WebP with a transparent background."),
    ),
    "storefront.page": Help(_("Pages with your own text: about us, terms, returns.")),
    "storefront.menuitem": Help(_("The links in the header and footer of the shop.")),
    "audit.auditentry": Help(
        _("Who changed what, when and from where. Nobody can change these entries."),
        _("The first change that anybody makes writes the first entry."),
    ),
}
# Their section has all lists that no other has.
_SYSTEM = {
    "cart.cartreminder": Help(_("Who got a mail about an abandoned cart, and when.")),
    "cart.reminderconsent": Help(_("Guests who may be written to about their cart.")),
    "payments.transferproof": Help(
        _("Vouchers that customers uploaded for their bank transfers: compare and confirm.")
    ),
    "payments.webhookevent": Help(
        _("Webhooks of payment providers; failed ones can be processed again.")
    ),
    "payments.gatewaylogspool": Help(
        _("Entries of the payment log on their way to MongoDB. It is empty when all is well.")
    ),
    "payments.reconciliation": Help(
        _("The nightly comparison with each payment provider, and the differences."),
        _("The first comparison runs tonight."),
    ),
    "account.emailaddress": Help(_("The e-mail addresses of accounts, and which are verified.")),
    "mfa.authenticator": Help(_("The second factors that people have set up.")),
    "backoffice.bulkaction": Help(
        _(
            "Actions on many rows of a list, done in the background: their progress, "
            "and what was refused."
        ),
        _("Choose many rows of a list and an action above them."),
        "admin:index",
    ),
    "backoffice.undoable": Help(
        _(
            "What was done to many rows at once, or to an order that is not paid. For ten minutes "
            "it can be undone; what was changed since stays."
        ),
        _("Nothing was changed that can be undone."),
    ),
    "outbox.message": Help(
        _(
            "Internal messages on their way from one part of the shop to another; "
            "failed ones can be resent."
        )
    ),
    "outbox.deliveredmessage": Help(
        _("Internal messages that were delivered, from an hour afterwards.")
    ),
    "post_office.email": Help(_("The mails of the shop: what was sent, and what waits or failed.")),
    "post_office.log": Help(_("What the mail server answered to each mail.")),
    "post_office.attachment": Help(_("The files that were sent with mails.")),
}
# Daily work first. Each section has its name, its drawing (see `icon`) and its lists.
SECTIONS = (
    (_("Sales"), "shopping-bag", _SALES),
    (_("Money"), "wallet", _MONEY),
    (_("Stock"), "package", _STOCK),
    (_("Purchasing"), "truck", _PURCHASING),
    (_("Catalogue"), "tag", _CATALOGUE),
    (_("Marketing"), "badge-percent", _MARKETING),
    (_("People"), "users", _PEOPLE),
    (_("Settings"), "settings", _SETTINGS),
)
HELP: dict[str, Help] = _SYSTEM | {
    label: text for _name, _drawing, lists in SECTIONS for label, text in lists.items()
}
