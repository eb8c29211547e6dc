from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.leases import Leased
from core.database.models import Entity, UUIDv7, known_values

UNDO_WINDOW = timedelta(minutes=10)


class SavedList(Entity):
    """A named filter of a list; colleagues see it too if its owner shares it."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="saved_lists", verbose_name=_("user")
    )
    # The label of the list's model, for example orders.order.
    rows = models.CharField(max_length=100, verbose_name=_("list"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, verbose_name=_("filter"))
    is_shared = models.BooleanField(_("for colleagues too"), default=False)
    # Where it is shared: only colleagues with this role see it; empty: all of them.
    role = models.CharField(_("role"), max_length=150, default="", db_default="", blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "rows", "name"], name="saved_list_name_once"),
            models.CheckConstraint(
                condition=Q(role="") | Q(is_shared=True), name="saved_list_role_is_shared"
            ),
        ]
        indexes = [models.Index(fields=["rows", "name"], name="saved_list_of_rows")]

    def __str__(self) -> str:
        return self.name


class BulkAction(Leased, Entity):
    """Something that a worker does to many rows of a list, one by one, because somebody asked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    # The label of the list's model, and what its page calls the action.
    rows = models.CharField(max_length=100, verbose_name=_("list"))
    action = models.CharField(_("action"), max_length=100)
    # The input beside the action, as a form sends it.
    given = models.TextField(blank=True)
    # The address of the list, with what it was sifted by.
    back = models.TextField()
    # Of the reasons that the person reads.
    language = models.CharField(max_length=10)
    total = models.PositiveIntegerField(_("rows"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Why it ended before its last row.
    stopped = models.TextField(blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped="") | Q(finished_at__isnull=False),
                name="bulk_action_stopped_is_finished",
            )
        ]
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="bulk_action_waiting",
                condition=Q(finished_at__isnull=True),
            ),
            models.Index(fields=["user", "rows"], name="bulk_action_of_list"),
        ]

    def __str__(self) -> str:
        return f"{self.rows}: {self.action}"


class BulkRow(models.Model):
    """A row that is still waiting or was refused. Finished rows are deleted."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    bulk_action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="left")
    key = models.CharField(max_length=100)
    refusal = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["bulk_action", "id"], name="bulk_row_waiting", condition=Q(refusal="")
            )
        ]

    def __str__(self) -> str:
        return self.key


class UndoKind(models.TextChoices):
    PRICES = "prices", _("prices")
    STOCK = "stock", _("stock")
    ACTIVE = "active", _("on sale or not")
    ORDER = "order", _("order")


class UndoableQuerySet(models.QuerySet["Undoable"]):
    def in_time(self) -> "UndoableQuerySet":
        """Those that can be taken back, by the clock of the database."""
        return self.filter(created_at__gt=Now() - UNDO_WINDOW, undone_at=None)

    def of(self, user: User) -> "UndoableQuerySet":
        """What this person did, and what others did that they may do as well."""
        return self.filter(Q(user=user) | Q(permission__in=user.get_all_permissions()))


class Undoable(Entity):
    """Something that somebody has done to rows, with what takes it back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    kind = models.CharField(_("what"), max_length=10, choices=UndoKind.choices)
    # The label of the rows' model.
    rows = models.CharField(max_length=100)
    # The right that it took; empty for people who may change their own seller's rows only.
    permission = models.CharField(max_length=100, blank=True)
    # As it was said to the person.
    title = models.CharField(_("what was done"), max_length=255)
    total = models.PositiveIntegerField(_("rows"))
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = UndoableQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("recent change")
        verbose_name_plural = _("recent changes")
        default_permissions = ("view",)
        constraints = [
            known_values("kind", UndoKind, "undoable_kind_known"),
            models.CheckConstraint(condition=Q(total__gt=0), name="undoable_has_rows"),
        ]
        indexes = [models.Index(fields=["user", "created_at"], name="undoable_of_person")]

    def __str__(self) -> str:
        return self.title

    @property
    def until(self) -> datetime:
        return self.created_at + UNDO_WINDOW


class UndoableRow(models.Model):
    """One row of it: its values before and after, and whether it went back or why it stays."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    undoable = models.ForeignKey(Undoable, on_delete=models.CASCADE, related_name="changes")
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)
    is_back = models.BooleanField(default=False)
    # Who changed it since, and why it stays.
    changed_by = models.CharField(max_length=255, blank=True)
    refusal = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["undoable", "key"], name="undoable_row_once"),
            models.CheckConstraint(
                condition=Q(is_back=False) | Q(refusal=""), name="undoable_row_back_or_stays"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckKind(models.TextChoices):
    PROVIDERS = "providers", _("payments against the providers’ own lists")
    STOCK = "stock", _("stock against its ledger, the holds and the orders")


class BooksCheck(Leased, Entity):
    """A check of the books that somebody has asked a worker for, and what it has found."""

    kind = models.CharField(_("check"), max_length=10, choices=CheckKind.choices)
    # Of the payments; the stock is proven as it is.
    since = models.DateField(_("from"), null=True)
    until = models.DateField(_("until"), null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    finished_at = models.DateTimeField(_("finished"), null=True)
    rows = models.JSONField(_("differences"), default=list, encoder=DjangoJSONEncoder)
    # Why it was given up.
    error = models.TextField(blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("check of the books")
        # Its list is the page of the month's end.
        verbose_name_plural = _("month-end")
        default_permissions = ("view", "add")
        constraints = [
            known_values("kind", CheckKind, "books_check_kind_known"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until__gte=F("since")), name="books_check_days_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="books_check_waiting",
                condition=Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


def _private() -> Storage:
    return storages["private"]


class MonthFile(Leased, Entity):
    """All exports of one month with a cover, in a ZIP file that a worker makes."""

    first_on = models.DateField(_("month"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    # Of the headings in its sheets.
    language = models.CharField(max_length=10)
    # The names of the reports that are in it, of as many as it will have.
    reports = ArrayField(models.CharField(max_length=50), default=list)
    total = models.PositiveSmallIntegerField()
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Why it was given up.
    error = models.TextField(blank=True)
    file = models.FileField(storage=_private, upload_to="months/%Y/%m/", blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("month’s file")
        verbose_name_plural = _("months’ files")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | ~Q(file="") | ~Q(error=""),
                name="month_file_finished_has_file",
            ),
        ]
        indexes = [
            models.Index(fields=["first_on", "created_at"], name="month_file_of_month"),
            models.Index(
                fields=["created_at"],
                name="month_file_waiting",
                condition=Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m}"

    @property
    def is_ready(self) -> bool:
        return bool(self.finished_at and self.file)


class MonthLink(Entity):
    """An address that opens a month's file for somebody without an account, until it ends."""

    month_file = models.ForeignKey(MonthFile, on_delete=models.CASCADE, related_name="links")
    name = models.CharField(_("for whom"), max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    ends_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta(Entity.Meta):
        verbose_name = _("link to a month’s file")
        verbose_name_plural = _("links to months’ files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.ends_at > timezone.now()


class MonthDownload(models.Model):
    """Somebody has taken a month's file: by a link, or signed in."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    created_at = models.DateTimeField(db_default=Now())
    month_file = models.ForeignKey(MonthFile, on_delete=models.CASCADE, related_name="downloads")
    link = models.ForeignKey(
        MonthLink, on_delete=models.CASCADE, null=True, related_name="downloads"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Tells connections apart without an address.
    place = models.CharField(max_length=32, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"


class Alert(Entity):
    """Something about the shop's servers that is wrong since this row was made."""

    # Of the check on the back office's first page, in the shop's language.
    name = models.CharField(max_length=100, unique=True)
    # When its owner was last told of it.
    told_at = models.DateTimeField(null=True)

    class Meta(Entity.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Backup(Entity):
    """The shop was written into a file, whole, when this row was made."""

    size = models.BigIntegerField(_("bytes"))

    class Meta(Entity.Meta):
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="backup_not_empty")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"


class WeeklyMail(Entity):
    """The owner was written to about the week that began on this day: once."""

    week_on = models.DateField(unique=True)

    class Meta(Entity.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.week_on)
