import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity
from core.database.sql_files import read_sql
from reviews.models.review import Review


class HelpfulVote(Entity):
    """Somebody was helped by somebody else's review."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="votes", verbose_name=_("review")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )

    class Meta(Entity.Meta):
        constraints = [
            models.UniqueConstraint(fields=["review", "user"], name="helpful_vote_once"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="not_for_oneself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=read_sql("reviews", "vote_not_for_oneself"),
            ),
            pgtrigger.Trigger(
                name="count",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=read_sql("reviews", "vote_count"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} found {self.review_id} helpful"
