"""Documents go to the provider by the worker: until it answers, and then no more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from constance import config
from django.db import Error
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.permissions import Role
from backoffice.monitoring import system_status
from core.exceptions import InvalidTransition
from invoicing import papers, providers, services, tasks
from invoicing.models import FiscalDocument, Submission
from invoicing.states import SubmissionState
from outbox.models import Message
from outbox.tasks import deliver_due
from tests.accounts.factories import signed_in
from tests.invoicing.example_provider import ExampleProvider, Service, running
from tests.invoicing.factories import sold
from tests.pdf import text_of

pytestmark = pytest.mark.django_db
ACCEPTED = {"state": "accepted", "reference": "CDR-77"}
PENDING = {"state": "pending"}
REJECTED = {"state": "rejected", "error": "RUC unknown"}
SILENT = None


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The provider that the shop has chosen, running."""
    with running() as service:
        address = f"http://127.0.0.1:{service.server_port}"
        monkeypatch.setattr(ExampleProvider, "address", address)
        providers.register("example", ExampleProvider)
        config.INVOICING_PROVIDER = "example"
        yield service


def issued() -> FiscalDocument:
    document = services.issue(sold().pk)
    assert document
    return document


def deliver() -> None:
    """What the outbox does in the course of time."""
    Message.objects.filter(delivered_at=None).update(due_at=timezone.now() - timedelta(days=1))
    deliver_due()


def test_without_a_provider_documents_stay_in_the_shop() -> None:
    document = issued()

    deliver()

    assert not Submission.objects.exists()
    assert "sin validez fiscal" in text_of(papers.document_pdf(document))


def test_staff_read_that_nobody_sends_what_is_printed(client: Client, settings: Any) -> None:
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    address = reverse("admin:invoicing_fiscaldocument_changelist")
    printed_only = "ningún proveedor los envía a la administración tributaria"
    with translation.override("en"):
        assert "Boletas and facturas" not in {check.name for check in system_status.checks()}

    issued()

    with translation.override("en"):
        [found] = [
            check for check in system_status.checks() if check.name == "Boletas and facturas"
        ]
    assert not found.is_well
    assert printed_only in client.get(address).content.decode()
    config.INVOICING_PROVIDER = "example"
    assert printed_only not in client.get(address).content.decode()


def test_nothing_is_sent_before_the_worker_comes(service: Service) -> None:
    issued()

    assert not service.calls


def test_an_accepted_document_says_so_on_paper_and_is_sent_no_more(service: Service) -> None:
    document = issued()
    service.answers = [ACCEPTED]

    deliver()
    services.submit(document.pk)

    assert service.calls == ["PUT"]
    assert service.documents[document.number]["total"] == str(document.total)
    text = text_of(papers.document_pdf(document))
    assert "CDR-77" in text
    assert "sin validez" not in text


def test_a_provider_that_does_not_answer_is_asked_again(service: Service) -> None:
    document = issued()
    service.answers = [SILENT, ACCEPTED]

    deliver()
    assert document.submission.state == SubmissionState.WAITING
    deliver()

    document.submission.refresh_from_db()
    assert document.submission.state == SubmissionState.ACCEPTED
    assert list(service.documents) == [document.number]


def test_a_pending_document_is_asked_about_until_its_answer_is_final(service: Service) -> None:
    document = issued()
    service.answers = [PENDING, PENDING, SILENT, ACCEPTED]

    deliver()
    for _ in range(4):
        tasks.ask_about_submissions()

    assert service.calls == ["PUT", "GET", "GET", "GET"]
    assert document.submission.state == SubmissionState.ACCEPTED


def test_a_rejected_document_waits_for_staff_to_send_it_again(service: Service) -> None:
    document = issued()
    service.answers = [REJECTED, ACCEPTED]

    deliver()
    tasks.ask_about_submissions()
    assert document.submission.error == "RUC unknown"
    services.submit_again(document.pk)
    deliver()

    document.submission.refresh_from_db()
    assert service.calls == ["PUT", "PUT"]
    assert document.submission.state == SubmissionState.ACCEPTED
    assert document.submission.error == ""


def test_an_accepted_document_is_not_sent_again(service: Service) -> None:
    document = issued()
    service.answers = [ACCEPTED]
    deliver()

    with pytest.raises(InvalidTransition):
        services.submit_again(document.pk)
    with pytest.raises(Error):
        Submission.objects.update(state=SubmissionState.WAITING)


def test_a_provider_that_is_not_installed_is_an_error_to_be_seen() -> None:
    config.INVOICING_PROVIDER = "nowhere"
    issued()

    deliver()

    message = Message.objects.get(handler__endswith="submit_document")
    assert "nowhere" in message.error
