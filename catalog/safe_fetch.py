"""Fetches user-supplied URLs from public servers only, with limits of size and time."""

import http.client
import socket
import ssl
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from certifi import where
from django.conf import settings
from django.utils.translation import gettext as _

from core.exceptions import DomainError

MAX_REDIRECTS = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_CONNECT_SECONDS = 5
# IPv6 ranges that embed an IPv4 address.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# Not public, but unknown to older versions of Python: former site-local addresses and IPv6 relays,
# documentation, segment routing.
_SPECIAL = tuple(
    map(ip_network, ("fec0::/10", "192.88.99.0/24", "3fff::/20", "5f00::/16", "100:0:0:1::/64"))
)
_OK, _SERVER_ERRORS = 200, 500


class AddressRefused(DomainError):
    """The URL is not allowed; retrying is useless."""


class FetchFailed(DomainError):
    """The server failed; a later attempt may succeed."""


class _Place(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str


def fetch(url: str, *, most: int, seconds: float) -> bytes:
    """
    The content of the URL after redirects, at most `most` bytes.

    Host names are resolved once and the connection uses that address, so a second DNS answer cannot
    lead to an internal server.

    :raises AddressRefused: if it is not a public http or https URL, or the file is too large
    :raises FetchFailed: if the server is unavailable, too slow, or returns an error
    """
    deadline = monotonic() + seconds
    for _hop in range(MAX_REDIRECTS + 1):
        place = _place(url)
        content, url = _request(place, _public_address(place), url, most, deadline)
        if content is not None:
            return content
    raise AddressRefused(_("It redirects too often. Use the address that it ends at."))


def _place(url: str) -> _Place:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise AddressRefused(_("This is no address of a picture.")) from error
    if parts.scheme not in _PORTS or not host or parts.username or parts.password:
        raise AddressRefused(_("An address begins with https:// or http:// and a public name."))
    if port not in _PORTS.values() and not settings.FETCH_FROM_PRIVATE_HOSTS:
        raise AddressRefused(_("Nothing is fetched from that port."))
    return _Place(parts.scheme, host, port, _path(parts))


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _public_address(place: _Place) -> str:
    """The first address of the host, if all of them are public."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise FetchFailed(_("There is no server of that name.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.FETCH_FROM_PRIVATE_HOSTS and not all(map(_is_public, addresses)):
        raise AddressRefused(_("Pictures are fetched from public servers only."))
    return addresses[0]


def _is_public(text: str) -> bool:
    address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if any(address in network for network in _TRANSLATED) or address.teredo:
            return False
        address = address.ipv4_mapped or address.sixtofour or address
    is_odd = address.is_multicast or address.is_reserved
    return address.is_global and not is_odd and not any(address in each for each in _SPECIAL)


def _request(
    place: _Place, address: str, url: str, most: int, deadline: float
) -> tuple[bytes | None, str]:
    """The content, or the URL of a redirect."""
    remaining = deadline - monotonic()
    if remaining <= 0:
        raise FetchFailed(_("The server took too long."))
    try:
        connection = _connect(place, address, min(_CONNECT_SECONDS, remaining))
    except (OSError, ValueError) as error:
        raise FetchFailed(_("The server cannot be reached.")) from error
    # The socket timeout does not stop servers that send single bytes.
    guard = Timer(remaining, _shut_down, [connection.sock])
    guard.start()
    try:
        usual = place.port == _PORTS[place.scheme]
        headers = {
            "Host": place.host if usual else f"{place.host}:{place.port}",
            "User-Agent": "Vitrina",
            "Accept": "image/*",
            "Accept-Encoding": "identity",
        }
        connection.request("GET", place.path, headers=headers)
        return _read_response(connection.getresponse(), url, most)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise FetchFailed(_("The server took too long or broke off.")) from error
    finally:
        guard.cancel()
        connection.close()


def _connect(place: _Place, address: str, seconds: float) -> http.client.HTTPConnection:
    plain = socket.create_connection((address, place.port), timeout=seconds)
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = plain
    if place.scheme == "https":
        try:
            context = ssl.create_default_context(cafile=where())
            connection.sock = context.wrap_socket(plain, server_hostname=place.host)
        except OSError:
            plain.close()
            raise
    return connection


def _shut_down(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        connected.close()


def _read_response(
    response: http.client.HTTPResponse, url: str, most: int
) -> tuple[bytes | None, str]:
    if response.status in _REDIRECTS and response.getheader("Location"):
        return None, urljoin(url, str(response.getheader("Location")))
    if response.status != _OK:
        kind = FetchFailed if response.status >= _SERVER_ERRORS else AddressRefused
        raise kind(_("The server answers %(status)s.") % {"status": response.status})
    content = response.read(most + 1)
    if len(content) > most:
        raise AddressRefused(
            _("The file is larger than %(most)s MB.") % {"most": most // 1024 // 1024}
        )
    if (response.length or 0) > 0:
        raise FetchFailed(_("The server took too long or broke off."))
    return content, url
