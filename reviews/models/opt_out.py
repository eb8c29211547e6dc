from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity


class InvitationOptOut(Entity):
    """Who does not want to be asked for reviews by mail."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )

    def __str__(self) -> str:
        return str(self.user_id)
