"""`make upgrade` as of a version after this one, with one migration more."""

import os
import sys

from django.conf import settings

from config import upgrade

STEP = "orders 9000_note_where_to_reply"

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    settings.MIGRATION_MODULES = {"orders": "tests.upgrade.migrations"}
    sys.exit(upgrade.main())
