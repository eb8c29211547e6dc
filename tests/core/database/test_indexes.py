"""A migration that makes an index can be run again, wherever it was broken off."""

import pytest
from django.db import NotSupportedError, connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django.db.models import Index

from catalog.models import Product
from core.database.indexes import RetryableAddIndex

INDEX = Index(fields=["sku", "created_at"], name="product_of_this_test")
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'product_of_this_test'::regclass"


def migrate() -> None:
    class Indexing(Migration):
        atomic = False
        operations = [RetryableAddIndex("product", INDEX)]

    state = ProjectState.from_apps(Product._meta.apps)
    with connection.schema_editor(atomic=False) as editor:
        Indexing("9999_find_products_of_this_test", "catalog").apply(state, editor)


def is_valid() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_VALID)
        return bool(cursor.fetchone()[0])


@pytest.fixture
def without_the_index(transactional_db: None):
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX product_of_this_test")


@pytest.mark.usefixtures("without_the_index")
def test_an_index_that_is_there_already_stops_nothing() -> None:
    migrate()

    migrate()

    assert is_valid()


@pytest.mark.usefixtures("without_the_index")
def test_an_index_that_was_broken_off_is_made_again() -> None:
    migrate()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'product_of_this_test'::regclass"
        )
    assert not is_valid()

    migrate()

    assert is_valid()


@pytest.mark.django_db
def test_within_a_transaction_it_is_refused() -> None:
    with pytest.raises(NotSupportedError):
        migrate()
