from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# unaccent() is only STABLE; an index needs an IMMUTABLE function, which this is for a fixed dictionary.
IMMUTABLE_UNACCENT = """
CREATE FUNCTION plain_text(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1))
"""

TEXT_SEARCH = """
CREATE TEXT SEARCH CONFIGURATION store_es (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION store_es
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
CREATE TEXT SEARCH CONFIGURATION store_en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION store_en
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""


class Migration(migrations.Migration):
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(IMMUTABLE_UNACCENT, "DROP FUNCTION plain_text(text)"),
        migrations.RunSQL(
            TEXT_SEARCH,
            "DROP TEXT SEARCH CONFIGURATION store_es; DROP TEXT SEARCH CONFIGURATION store_en",
        ),
    ]
