"""The files of the back office's lists in a shop that has grown."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.backoffice.factories import MODELS, page_of
from tests.many_rows import fill

pytestmark = pytest.mark.django_db
# What a file of more rows may ask more: the rows beside those that it is about, for each thousand.
MORE_QUERIES = 3
FEW, MANY = 10, 60


def queries(client: Client, model: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{page_of(model, 'changelist')}list.csv")
        text = answer.getvalue()
    assert answer.status_code == 200, model
    assert text, model
    return len(asked)


def test_a_file_of_many_rows_asks_no_more_than_one_of_few(client: Client, boss: User) -> None:
    exported = [model for model in MODELS if getattr(site._registry[model], "is_exported", False)]
    fill(lambda _label: FEW)
    few = {model: queries(client, model) for model in exported}
    fill(lambda _label: MANY)

    more = {model: queries(client, model) - few[model] for model in exported}

    assert exported
    assert {model: number for model, number in more.items() if number > MORE_QUERIES} == {}
