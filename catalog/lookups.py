"""Texts of the catalogue in the language of the moment, as the database reads them."""

from django.conf import settings
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname


def localized(field: str) -> Coalesce:
    """A translated field in the language of the moment, or else in the shop's first one."""
    first = build_localized_fieldname(field, settings.LANGUAGE_CODE)
    own = build_localized_fieldname(field, get_language() or settings.LANGUAGE_CODE)
    return Coalesce(NullIf(F(own), Value("")), F(first), output_field=CharField())
