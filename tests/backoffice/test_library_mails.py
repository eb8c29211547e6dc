"""The list and the page of mails, which a library draws, read and act like the shop's own."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from post_office.models import STATUS, Email

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    return Email.objects.create(
        from_email="shop@example.com",
        to=["ana@example.com"],
        subject="Hola",
        html_message="<p>Hola</p>",
        status=STATUS.failed,
        number_of_retries=5,
    )


def test_a_mail_is_sent_again_by_a_button_and_not_by_a_link(boss, client, mail):
    page = reverse("admin:post_office_email_change", args=[mail.pk])
    again = reverse("admin:resend", args=[mail.pk])

    shown = client.get(page).text
    led = client.get(again)
    mail.refresh_from_db()
    untouched = mail.status
    pressed = client.post(again, follow=True)
    mail.refresh_from_db()

    assert f'href="{again}"' not in shown
    assert f'action="{again}"' in shown
    assert (led.status_code, untouched) == (405, STATUS.failed)
    assert pressed.redirect_chain[0][0] == page
    assert (mail.status, mail.number_of_retries) == (STATUS.queued, 0)


def test_sending_again_takes_the_token_of_the_page(admin_user, mail):
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    browser.force_login(admin_user)

    refused = browser.post(reverse("admin:resend", args=[mail.pk]))

    mail.refresh_from_db()
    assert (refused.status_code, mail.status) == (403, STATUS.failed)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_list_offers_no_counts_and_names_its_section_once(boss, client, language):
    with override(language):
        found = client.get(reverse("admin:post_office_email_changelist"))

    path = found.text.split('class="breadcrumbs"')[1].split("</div>")[0]
    named = re.findall(r"\w[\w ]+", re.sub(r"<[^>]*>", "", path.split(">", 1)[1]))
    assert "_facets" not in found.text
    assert len(named) == len(set(named)) == 2
