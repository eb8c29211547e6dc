import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.db import Entity
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
                func="""
                    IF EXISTS (SELECT FROM reviews_review
                               WHERE id = NEW.review_id AND user_id = NEW.user_id) THEN
                        RAISE EXCEPTION 'Nobody votes for his own review'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'helpful_vote_not_own';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="count",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP <> 'INSERT' THEN
                        UPDATE reviews_review SET helpful_count = helpful_count - 1
                        WHERE id = OLD.review_id;
                    END IF;
                    IF TG_OP <> 'DELETE' THEN
                        UPDATE reviews_review SET helpful_count = helpful_count + 1
                        WHERE id = NEW.review_id;
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} found {self.review_id} helpful"
