"""Translated fields in SQL."""

from django.conf import settings
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname


def localized(field: str) -> Coalesce:
    """A translated field in the active language, else in the default one, else in any."""
    first = settings.LANGUAGE_CODE
    codes = dict.fromkeys([get_language() or first, first, *dict(settings.LANGUAGES)])
    names = [build_localized_fieldname(field, code) for code in codes]
    empty = F(build_localized_fieldname(field, first))
    filled = (NullIf(F(name), Value("")) for name in names)
    return Coalesce(*filled, empty, output_field=CharField())
