"""Rate limits, counted in Redis."""

import logging
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis import RedisError

from core.redis import client

logger = logging.getLogger(__name__)
# A visitor with IPv6 has a whole network of this size, and could use a new address each time.
_NETWORK = 64
_OWN = [
    ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]
# A full Redis evicts what ends soonest (`volatile-ttl`): a counter outlives its window by longer
# than cached pages, so a flood of pages evicts no counter.
_BEYOND = 3600
# In scripts: a cluster would answer a pipeline's commands one by one. ARGV: seconds beyond the
# window, and the window's.
_TIMES = """
if redis.call('TTL', KEYS[1]) <= tonumber(ARGV[1]) then return 0 end
return tonumber(redis.call('GET', KEYS[1]))
"""
_COUNT = """
if redis.call('TTL', KEYS[1]) <= tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], 0, 'EX', ARGV[1] + ARGV[2])
end
return redis.call('INCR', KEYS[1])
"""


def place_of(request: HttpRequest) -> str:
    """Where a request comes from, as rate limits count it: an address, or a network of IPv6."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    mapped = address.ipv4_mapped
    return str(mapped or IPv6Network((address, _NETWORK), strict=False))


def is_from_here(request: HttpRequest) -> bool:
    """
    Whether the request comes from this machine or its private network.

    Visitors come through a proxy that passes their address on. If TRUSTED_PROXIES lacks it, all of
    them have the proxy's address, and a limit would keep everybody from ordering.
    """
    try:
        address = ip_address(str(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    return any(address in network for network in _OWN)


def place_fingerprint(request: HttpRequest) -> str:
    """
    Fingerprint of the place, 32 hexadecimal digits, for rows: it reveals no address.

    Empty for programs on this machine, and if no proxy passes the address on.
    """
    place = "" if is_from_here(request) else place_of(request)
    return place and salted_hmac("place", place, algorithm="sha256").hexdigest()[:32]


def is_over(name: str, *, most: int) -> bool:
    """Whether `allows` has counted that many. False while Redis is unavailable."""
    try:
        times = client().register_script(_TIMES)(keys=[f"throttle:{name}"], args=[_BEYOND])
    except RedisError:
        return False
    return bool(times >= most)


def allows(name: str, *, most: int, seconds: int) -> bool:
    """Count one; returns whether it is within the limit. True while Redis is unavailable."""
    try:
        times = client().register_script(_COUNT)(keys=[f"throttle:{name}"], args=[_BEYOND, seconds])
    except RedisError:
        return True
    if times == most + 1:
        logger.warning("A limit is reached: %s", name.partition(":")[0])
    return bool(times <= most)


def is_too_much(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Count a visit by its place; True beyond `most`. Programs on this machine are not counted."""
    if is_from_here(request):
        return False
    return not allows(f"{name}:{place_of(request)}", most=most, seconds=seconds)
