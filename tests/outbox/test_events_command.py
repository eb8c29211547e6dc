"""`manage.py events`: who publishes what, and who hears it."""

from django.core.management import call_command


def test_each_event_is_listed_with_its_publisher_and_its_handlers(capsys) -> None:
    call_command("events")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Event", "Meaning", "Published", "by", "Handled", "by"]
    [paid] = [line for line in lines if line.startswith("OrderPaid ")]
    assert " order paid " in paid.lower()
    assert " orders " in paid
    assert "orders.mail_paid, reviews.verify_paid" in paid


def test_the_markdown_form_is_one_table_that_also_has_events_without_handlers(capsys) -> None:
    call_command("events", "--markdown")

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "| --- | --- | --- | --- |"
    assert all(line.startswith("| ") and line.count(" | ") == 3 for line in lines)
    assert "| PaymentFailed | Payment failed | payments | — |" in lines
