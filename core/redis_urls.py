"""What a URL of Redis says: one server, or the nodes of a cluster."""

from urllib.parse import urlsplit

# redis+cluster://user:password@host:7000,host:7001
SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}


def is_cluster(url: str) -> bool:
    return url.partition("://")[0] in SCHEMES


def nodes(url: str) -> list[str]:
    """
    The URL of each node that a cluster's URL names; they tell of the others.

    :raises ValueError: if a node has no host or port, or a database is named
    """
    parts = urlsplit(url)
    who, at, hosts = parts.netloc.rpartition("@")
    if parts.path not in ("", "/", "/0"):
        raise ValueError("A cluster has no databases.")
    found = []
    for host in hosts.split(","):
        node = parts._replace(
            scheme=SCHEMES[parts.scheme], netloc=f"{who}{at}{host.strip()}", path=""
        )
        if not node.hostname or not node.port:
            raise ValueError("A node needs a host and a port.")
        found.append(node.geturl())
    return found
