"""What people and programs have changed: written by the database itself, no matter who writes."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from audit.values import ExactDecoder
from core.database.models import UUIDv7, known_values


class Action(models.TextChoices):
    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class AuditEntry(models.Model):
    """
    One row of a watched table was made, changed or deleted.

    Triggers write it, in the transaction that it is about. The table is partitioned by month along
    its time-ordered key; PostgreSQL refuses to change or delete a row (docs/decisions/0018).
    `changes` holds for each column the value before and after. Keys of other tables are stored as
    text and without foreign keys: what they name may be gone.
    """

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    at = models.DateTimeField(_("when"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    table = models.TextField(_("table"))
    object_id = models.TextField(_("key"))
    parent_id = models.TextField(_("belongs to"), null=True)  # noqa: DJ001 - not "", but nothing
    label = models.TextField(_("name"))
    changes = models.JSONField(_("changes"), decoder=ExactDecoder)
    actor_id = models.UUIDField(_("person"), null=True)
    impersonator_id = models.UUIDField(_("acting for the person"), null=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    origin = models.TextField(_("from"))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        db_table = "audit_entry"
        default_permissions = ("view",)
        constraints = [known_values("action", Action, "audit_action_known")]
        indexes = [
            models.Index(fields=["object_id"], name="audit_object"),
            models.Index(fields=["table", "id"], name="audit_table"),
            models.Index(fields=["id"], condition=Q(action="deleted"), name="audit_deleted"),
            models.Index(OpClass(Upper("label"), name="text_pattern_ops"), name="audit_label"),
            models.Index(
                fields=["parent_id"], condition=Q(parent_id__isnull=False), name="audit_parent"
            ),
            models.Index(
                fields=["actor_id", "id"], condition=Q(actor_id__isnull=False), name="audit_actor"
            ),
            models.Index(fields=["ip", "id"], condition=Q(ip__isnull=False), name="audit_ip"),
        ]

    def __str__(self) -> str:
        return f"{self.label or self.object_id} {self.action}"
