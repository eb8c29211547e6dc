"""What honest people do not type, nor honest browsers send."""

from io import BytesIO

from PIL import Image

TAG, ATTRIBUTE = "<fuzz>", '"onfuzz="'
NASTY = [
    *("", " ", "0", "-1", "1", "2147483648", "9223372036854775808", "9" * 400, "-0", "1e999"),
    *("NaN",),
    *("Infinity", "0x10", "1.1.1", "1,5", "٣", "²", "true", "null", "None", "[]", "{}", "{{7*7}}"),
    *("\0", "a\0b", "\r\nX-Fuzz: 1", "\u202e", "\ufffe", "💩" * 50, "ñ" * 300, "a" * 5000, "%00"),
    *("%",),
    *(TAG, f"a{ATTRIBUTE}", "'", "' OR 1=1--", "\\", "../../etc/passwd", "javascript:alert(1)"),
    *("//evil.example", "https://evil.example/", "/\\evil.example", "2026-02-30", "0000-00-00"),
    *("9999-12-31", "2026-11-22T25:61", "00:00", "10000-01-01", "a@b", "a@b.c" + "d" * 300, "@"),
    *("00000000-0000-0000-0000-000000000000", "x:y:z", "=1+1", "${7*7}", "%s%s%n", "\ud7ff"),
]
QUERY = [
    *("q", "page", "sort", "brand", "price_min", "price_max", "rating", "available", "opt_color"),
    *("v", "variant", "p", "shown", "next", "token", "key", "done", "text", "district", "ubigeo"),
    *("country", "more", "stars", "with_photos", "quantity", "o", "e", "all", "_popup"),
    *("_to_field",),
    *("id__exact", "status__exact", "created_at__year", "action", "app_label", "term", "format"),
]
HEADERS = {
    "accept": ["application/json", "text/html", "*/*;q=x", "a" * 3000, "application/json;q=9999"],
    "accept-language": ["en", "es-PE,es;q=0.9", "x" * 3000, "*", "en;q=nan", "zz-ZZ-" + "a" * 90],
    "hx-request": ["true", "maybe"],
    "hx-target": ["cart-drawer-body", "place", TAG],
    "hx-current-url": ["%ff", "https://evil.example/"],
    "x-forwarded-host": ["evil.example"],
    "x-forwarded-proto": ["https,http", "gopher"],
    "x-forwarded-for": ["1.2.3.4", "a" * 300],
    "origin": ["null", "https://evil.example", "http://testserver"],
    "sec-fetch-site": ["cross-site", "same-origin", "x"],
    "referer": ["https://evil.example/", "\u00ff"],
    "user-agent": ["", "a" * 3000, TAG],
    "cookie": [
        "cart=x; device=y; messages=z; position=" + "9" * 30,
        "queue-t-x=a:b:c; =;;",
        "a" * 4000,
    ],
    "if-none-match": ['"x"', "*"],
    "if-modified-since": ["yesterday", "Sat, 99 Xxx 9999 99:99:99 GMT"],
    "range": ["bytes=0-", "bytes=9-1"],
}
BODIES = [
    *(b"", b"{}", b"[]", b"null", b"{", b'"x"', b"\xff\xfe\x00", b"[" * 3000),
    *(b'{"id": 1, "type": []}',),
    *(b'{"type": "payment", "data": {"id": {"$ne": 1}}}', b'{"id": "\\ud800", "type": "\\u0000"}'),
    *(b'{"action":"x","data":null,"live_mode":"yes"}', b'{"event_type": 7, "resource": []}'),
    *(b"a=b",),
    b'{"data": {"object": {"id": ' + b"9" * 5000 + b"}}}",
]
SIGNATURES = [
    {"stripe-signature": "t=1,v1=x"},
    {"stripe-signature": "t=" + "9" * 40 + ",v1=" + "a" * 64},
    {"digest": "x"},
    {"x-signature": "ts=1,v1=x", "x-request-id": "\u00ff"},
    {"paypal-transmission-sig": "x", "paypal-cert-url": "https://evil.example/cert.pem"},
    {"simulator-signature": "t=x,v1="},
    {},
]


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (2, 2), "red").save(drawn, "PNG")
    return drawn.getvalue()


FILES = [
    ("a.png", _picture(), "image/png"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ("a.php.png", _picture() + b"<?php system($_GET[0]);", "image/png"),
    ("a.html", TAG.encode(), "text/html"),
    ("../../a.pdf", b"%PDF-1.7 <script>", "application/pdf"),
    ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 300, "image/jpeg"),
    ("a\0.csv", b"id,sku\n=1+1,\0", "text/csv"),
    ("a.xlsx", b"PK\3\4" + b"\0" * 100, "application/vnd.ms-excel"),
    ("a.json", b"[" * 2000, "application/json"),
]
