"""Spanish as Peru and Mexico write numbers, 1,234.50, and with small letters in dates."""

from django.utils.translation import gettext_noop

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DATETIME_FORMAT = "j b Y, H:i"
SHORT_DATETIME_FORMAT = "j b Y, H:i"

# Our own names, for `date:"SHORT_DAY_FORMAT"`: vie 21 nov.
SHORT_DAY_FORMAT = "D j b"
SHORT_DAY_TIME_FORMAT = "D j b, H:i"
SHORT_MONTH_FORMAT = "j b Y"
SHORT_MONTH_TIME_FORMAT = "j b Y, H:i"
LONG_DAY_TIME_FORMAT = r"l j \d\e F, H:i"

# Named so that our catalogue has them: Django's own Spanish writes "Vie" inside a sentence.
SHORT_DAYS = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)
