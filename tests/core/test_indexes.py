"""A migration that makes an index can be run again, wherever it was broken off."""

import pytest
from django.db import NotSupportedError, connection
from django.db.migrations.loader import MigrationLoader

BEFORE = ("catalog", "0012_write_brands_and_options_of_products")
INDEXING = ("catalog", "0013_count_what_is_found_by_index")
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'product_figures'::regclass"


def run_again() -> None:
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=False) as editor:
        loader.get_migration(*INDEXING).apply(loader.project_state(BEFORE), editor)


def is_valid() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_VALID)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_an_index_that_is_there_already_stops_nothing() -> None:
    run_again()

    assert is_valid()


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_broken_off_is_made_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'product_figures'::regclass"
        )
    assert not is_valid()

    run_again()

    assert is_valid()


@pytest.mark.django_db
def test_within_a_transaction_it_is_refused() -> None:
    with pytest.raises(NotSupportedError):
        run_again()
