"""Calendar files with one event: https://www.rfc-editor.org/rfc/rfc5545"""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.utils import timezone

_MAX_OCTETS = 75


def event_response(
    name: str, *, uid: str, title: str, starts_at: datetime, ends_at: datetime, url: str
) -> HttpResponse:
    """The event as a download that phones and computers put into their calendar."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vitrina//Shop//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(timezone.now())}",
        f"DTSTART:{_utc(starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_escaped(title)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    content = "".join(f"{_folded(line)}\r\n" for line in lines)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for letter in "\\;,":
        text = text.replace(letter, f"\\{letter}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """A long line goes on after a line break and a space; no letter is cut in two."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _MAX_OCTETS:
            parts.append("")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n ".join(parts)
