from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from accounts.querysets import SellerOwnedQuerySet
from catalog.models.image import ProductImage
from catalog.models.product import Product
from catalog.models.variant import Variant
from core.database.leases import Leased
from core.database.models import Entity, UUIDv7, known_values


def _private() -> Storage:
    return storages["private"]


class SheetStatus(models.TextChoices):
    """Uploaded, checked by a worker, approved by a user, imported by a worker."""

    UPLOADED = "uploaded", _("waiting")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("to be approved")
    APPROVED = "approved", _("being imported")
    DONE = "done", _("imported")
    REFUSED = "refused", _("refused")
    DROPPED = "dropped", _("dropped")


class SheetKind(models.TextChoices):
    """The format of the columns."""

    OWN = "own", "Vitrina"
    SHOPIFY = "shopify", "Shopify"
    WOOCOMMERCE = "woocommerce", "WooCommerce"


class SheetImport(Leased, Entity):
    """A spreadsheet of products to import. Nothing changes before it is approved."""

    status = models.CharField(
        _("status"), max_length=10, choices=SheetStatus.choices, default=SheetStatus.UPLOADED
    )
    name = models.CharField(_("file"), max_length=255)
    file = models.FileField(storage=_private, upload_to="imports/%Y/%m/")
    pictures = models.FileField(storage=_private, upload_to="imports/%Y/%m/", blank=True)
    kind = models.CharField(_("columns of"), max_length=15, choices=SheetKind.choices, blank=True)
    # The owner of the products; empty for staff, who may import for all.
    seller = models.ForeignKey(
        Seller,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sheet_imports",
        verbose_name=_("seller"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    # Language of messages, and language of the texts in the file.
    language = models.CharField(max_length=10)
    text_language = models.CharField(_("language of the texts"), max_length=10)
    columns = models.JSONField(default=list)
    has_decimal_commas = models.BooleanField(default=False)
    remarks = models.JSONField(default=list)
    new_shelves = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    takes_doubtful = models.BooleanField(default=False)
    # The import that this one undoes.
    undoes = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, editable=False, related_name="undone_by"
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = SellerOwnedQuerySet["SheetImport"].as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("import of products")
        verbose_name_plural = _("import and export")
        constraints = [known_values("status", SheetStatus, "sheet_import_status_known")]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="sheet_import_waiting",
                condition=Q(status__in=["uploaded", "checking", "approved"]),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RowOutcome(models.TextChoices):
    """The effect of a row, previewed or applied."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    SAME = "same", _("unchanged")
    DOUBTFUL = "doubtful", _("price in doubt")
    REFUSED = "refused", _("refused")


class SheetRow(models.Model):
    """A row and its outcome. Rows of the same product have the same key."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    sheet = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    product_key = models.CharField(max_length=255)
    sku = models.CharField(_("SKU"), max_length=255)
    cells = models.JSONField()
    # Empty until checked.
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices, blank=True)
    problems = models.JSONField(default=list)
    # Changes: column, before, after.
    changes = models.JSONField(default=list)
    is_applied = models.BooleanField(default=False)
    # For the undo: the changed cells as they were before, and whether the product is new.
    before = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    makes_product = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "line"], name="sheet_row_once"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=RowOutcome.values),
                name="sheet_row_outcome_known",
            ),
        ]
        indexes = [
            models.Index(fields=["sheet", "product_key", "line"], name="sheet_row_order"),
            models.Index(fields=["sheet", "sku"], name="sheet_row_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.sku}"


class FetchStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("there")
    FAILED = "failed", _("failed")


class PictureFetch(Entity):
    """A picture of a spreadsheet to fetch, by URL or by its path in the archive."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="fetches", verbose_name=_("product")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, null=True, blank=True, related_name="fetches"
    )
    # As in ProductImage.
    option_key = models.CharField(max_length=60, blank=True, db_default="", default="")
    value_key = models.CharField(max_length=120, blank=True, db_default="", default="")
    sheet = models.ForeignKey(
        SheetImport, on_delete=models.CASCADE, null=True, related_name="fetches"
    )
    source = models.CharField(_("address or file"), max_length=2000)
    position = models.PositiveIntegerField(default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=FetchStatus.choices, default=FetchStatus.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(db_default=Now())
    error = models.TextField(_("reason"), blank=True)
    image = models.ForeignKey(
        ProductImage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Entity.Meta):
        verbose_name = _("picture to fetch")
        verbose_name_plural = _("pictures to fetch")
        constraints = [
            known_values("status", FetchStatus, "picture_fetch_status_known"),
            models.UniqueConstraint(fields=["product", "source"], name="picture_fetch_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="picture_fetch_due", condition=Q(status="waiting")
            ),
            models.Index(fields=["sheet", "status"], name="picture_fetch_of_sheet"),
        ]

    def __str__(self) -> str:
        return self.source
