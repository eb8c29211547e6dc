"""Pictures come from public servers only, small and soon; what failed is shown and tried again."""

import http.server
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from backoffice import tasks
from catalog.models import FetchStatus, PictureFetch, ProductImage
from catalog.safe_fetch import AddressRefused, FetchFailed, fetch
from catalog.spreadsheets import picture_fetches
from tests.catalog.sheets import cells_of, check, exported, outcomes, problems, row, table, take_in


def _png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    return file.getvalue()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path, as servers that mean well and others do."""

    def do_GET(self) -> None:
        answers: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/a.png": (200, {}, _png()),
            "/moved.png": (302, {"Location": "/a.png"}, b""),
            "/loop": (302, {"Location": "/loop"}, b""),
            "/inside": (302, {"Location": "file:///etc/passwd"}, b""),
            "/large": (200, {}, bytes(9 * 1024 * 1024)),
            "/page": (200, {}, b"<html>"),
            "/away": (503, {}, b""),
        }
        status, headers, content = answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        thread = Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def _private_hosts(settings: Any) -> None:
    settings.FETCH_FROM_PRIVATE_HOSTS = True


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://localhost/a.png",
        "http://[::1]/a.png",
        "http://[::ffff:127.0.0.1]/a.png",
        "http://[64:ff9b::7f00:1]/a.png",
        "http://[2002:7f00:1::]/a.png",
        "http://[2002:c058:6301::]/a.png",
        "http://[fec0::1]/a.png",
        "http://[fc00::1]/a.png",
        "http://[fe80::1]/a.png",
        "http://[ff02::1]/a.png",
        "http://[2001:db8::1]/a.png",
        "http://[3fff::1]/a.png",
        "http://[5f00::1]/a.png",
        "http://[100:0:0:1::1]/a.png",
        "http://192.88.99.1/a.png",
        "http://192.0.2.1/a.png",
        "http://198.18.0.1/a.png",
        "http://100.64.0.1/a.png",
        "http://240.0.0.1/a.png",
        "http://10.0.0.5/a.png",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://example.com:6379/",
        "http://user:secret@example.com/a.png",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http:///a.png",
        "http://[::1",
    ],
)
def test_nothing_is_fetched_from_inside(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connects(*_args: Any, **_kwargs: Any) -> socket.socket:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket, "create_connection", connects)

    with pytest.raises(AddressRefused):
        fetch(url, most=1000, seconds=1)


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("192.168.1.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)

    with pytest.raises(AddressRefused):
        fetch("http://example.com/a.png", most=1000, seconds=1)


@pytest.mark.usefixtures("_private_hosts")
def test_redirects_sizes_and_errors_are_watched(server: str) -> None:
    assert fetch(f"{server}/moved.png", most=10_000, seconds=5) == _png()
    for path in ("/loop", "/inside", "/large", "/none"):
        with pytest.raises(AddressRefused):
            fetch(f"{server}{path}", most=8 * 1024 * 1024, seconds=5)
    with pytest.raises(FetchFailed):
        fetch(f"{server}/away", most=1000, seconds=5)


@pytest.mark.usefixtures("_private_hosts")
def test_a_server_that_trickles_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            peer, _address = listening.accept()
            with peer:
                try:
                    for _second in range(40):
                        peer.sendall(b"H")
                        peer.settimeout(0.1)
                        try:
                            peer.recv(4096)
                        except TimeoutError:
                            continue
                except OSError:
                    return

        thread = Thread(target=trickle)
        thread.start()

        with pytest.raises(FetchFailed):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/", most=1000, seconds=0.5)
        thread.join()


@pytest.mark.django_db
@pytest.mark.usefixtures("_private_hosts")
def test_pictures_are_fetched_drawn_anew_and_never_twice(server: str) -> None:
    content = table(row("A", images=f"{server}/a.png | {server}/page | {server}/away"))
    take_in(content)

    tasks.fetch_pictures()
    tasks.fetch_pictures()

    image = ProductImage.objects.get()
    with image.picture.open() as file, Image.open(file) as opened:
        assert (opened.format, image.alt) == ("JPEG", "Producto A")
    found = dict(PictureFetch.objects.values_list("source", "status"))
    assert found[f"{server}/page"] == FetchStatus.FAILED
    assert found[f"{server}/away"] == FetchStatus.WAITING
    assert outcomes(check(content)) == {"A": "same"}
    failed = PictureFetch.objects.get(source=f"{server}/page")
    assert failed.error
    assert picture_fetches.retry([failed.pk]) == 1


@pytest.mark.django_db
def test_pictures_come_from_the_archive_by_name_or_by_path() -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("one/Sofa.png", _png())
        archive.writestr("one/x.png", _png())
        archive.writestr("two/x.png", _png())
    take_in(table(row("A", images="sofa.png | two/x.png | x.png")), pictures=file.getvalue())

    tasks.fetch_pictures()

    assert ProductImage.objects.count() == 2
    assert PictureFetch.objects.get(status=FetchStatus.FAILED).source == "x.png"


@pytest.mark.django_db
def test_a_colour_s_pictures_go_to_all_its_sizes_and_come_out_as_they_went_in() -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in ("all", "red", "back", "blue-s"):
            archive.writestr(f"{name}.png", _png())
    rows = [
        row(
            f"J-{colour}-{size}",
            product="J",
            name_es="Casaca",
            options=f"color={colour} | size={size}",
            images="all.png",
            image_color="back.png" if colour == "red" else "",
            variant_images={"red": "red.png", "blue": "blue-s.png" if size == "s" else ""}[colour],
        )
        for colour in ("red", "blue")
        for size in ("s", "l")
    ]
    take_in(table(*rows), pictures=file.getvalue())
    tasks.fetch_pictures()

    owners = PictureFetch.objects.values_list("source", "variant__sku", "option_key", "value_key")
    assert set(owners) == {
        ("all.png", None, "", ""),
        ("red.png", None, "color", "red"),
        ("back.png", None, "color", "red"),
        ("blue-s.png", "J-blue-s", "", ""),
    }
    shown = ProductImage.objects.values_list("variant__sku", "option_key", "value_key")
    assert set(shown) == {owner[1:] for owner in owners}
    content = exported()
    cells = {each["sku"]: each for each in cells_of(content)}
    assert cells["J-red-l"]["option_images"].count("color=http") == 2
    assert cells["J-blue-s"]["option_images"] == ""
    assert set(outcomes(check(content)).values()) == {"same"}


@pytest.mark.django_db
def test_a_picture_without_its_option_is_refused() -> None:
    sheet = check(table(row("A", option_images="blue.webp")))

    assert "color=azul.webp" in problems(sheet)[2][0]
