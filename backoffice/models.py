from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.db import Entity


class SavedList(Entity):
    """What somebody sifts a list by, under a name; colleagues see it too if he shares it."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="saved_lists", verbose_name=_("user")
    )
    # The label of the list's model, such as orders.order.
    rows = models.CharField(max_length=100, verbose_name=_("list"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, verbose_name=_("filter"))
    is_shared = models.BooleanField(_("for colleagues too"), default=False)

    class Meta(Entity.Meta):
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "rows", "name"], name="saved_list_name_once")
        ]
        indexes = [models.Index(fields=["rows", "name"], name="saved_list_of_rows")]

    def __str__(self) -> str:
        return self.name
