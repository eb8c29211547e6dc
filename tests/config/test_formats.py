"""How dates read in the two languages of the shop."""

from datetime import UTC, datetime

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("es", "SHORT_DAY_FORMAT", "vie 20 nov"),
        ("es", "SHORT_DAY_TIME_FORMAT", "vie 20 nov, 10:30"),
        ("es", "SHORT_MONTH_FORMAT", "20 nov 2026"),
        ("es", "LONG_DAY_TIME_FORMAT", "viernes 20 de noviembre, 10:30"),
        ("en", "SHORT_DAY_FORMAT", "Fri 20 Nov"),
        ("en", "SHORT_MONTH_TIME_FORMAT", "20 Nov 2026, 10:30"),
        ("en", "SHORT_DATETIME_FORMAT", "20 Nov 2026, 10:30"),
    ],
)
def test_a_date_reads_as_the_language_writes_it(language: str, name: str, words: str) -> None:
    with override(language):
        written = date_format(localtime(FRIDAY), name)

    assert written == words
