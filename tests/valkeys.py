"""Valkey as large shops run it: a cluster, or a server with a copy that Sentinels watch."""

import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from redis import Redis, RedisError

from config.embedded import free_port, valkey_binary
from config.processes import Child, Supervisor
from tests.waiting import until

SLOTS = 16_384
PASSWORD = "a password of the tests"
QUOTED = "a%20password%20of%20the%20tests"
MASTER = "tasks"


@dataclass(frozen=True)
class Node:
    port: int
    child: Child

    def client(self) -> Redis:
        return Redis(port=self.port, password=PASSWORD, decode_responses=True)

    def kill(self) -> None:
        self.child.process.kill()
        self.child.stop()

    def answers(self) -> bool:
        with suppress(RedisError), self.client() as client:
            return bool(client.ping())
        return False


@dataclass(frozen=True)
class Cluster:
    nodes: Sequence[Node]

    @property
    def url(self) -> str:
        """Names two of the nodes: they tell of the third."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:2])
        return f"redis+cluster://:{QUOTED}@{hosts}"


@dataclass(frozen=True)
class Watched:
    """A server, its copy, and those who decide which of the two it is."""

    servers: Sequence[Node]
    sentinels: Sequence[Node]

    @property
    def settings(self) -> dict[str, str]:
        urls = (f"sentinel://:{QUOTED}@127.0.0.1:{node.port}" for node in self.sentinels)
        return {
            "BROKER_URL": ";".join(urls),
            "BROKER_MASTER": MASTER,
            "BROKER_SENTINEL_PASSWORD": PASSWORD,
        }

    def master(self) -> Node | None:
        """Whom the Sentinels name."""
        with suppress(RedisError), self.sentinels[-1].client() as sentinel:
            _host, port = sentinel.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", MASTER)
            return next((node for node in self.servers if node.port == int(port)), None)
        return None


def start_cluster(supervisor: Supervisor, masters: int = 3) -> Cluster:
    """That many servers, each with its share of the slots."""
    settings = ["cluster-enabled yes", "cluster-node-timeout 2000"]
    settings += ["cluster-require-full-coverage no"]
    gossip = [free_port() for _number in range(masters)]
    nodes = [_start(supervisor, [*settings, f"cluster-port {port}"]) for port in gossip]
    bounds = [SLOTS * number // masters for number in range(masters + 1)]
    for epoch, (node, (first, end)) in enumerate(zip(nodes, pairwise(bounds), strict=True), 1):
        with node.client() as client:
            client.execute_command("CLUSTER SET-CONFIG-EPOCH", epoch)
            client.execute_command("CLUSTER ADDSLOTSRANGE", first, end - 1)
    with nodes[0].client() as client:
        for other, port in zip(nodes[1:], gossip[1:], strict=True):
            client.execute_command("CLUSTER MEET", "127.0.0.1", other.port, port)
    until(lambda: all(_knows(node, masters) for node in nodes))
    return Cluster(nodes)


def give_a_copy(supervisor: Supervisor, cluster: Cluster, node: Node) -> Node:
    """Another server, which takes over when that one dies."""
    port = free_port()
    settings = ["cluster-enabled yes", "cluster-node-timeout 2000", f"cluster-port {port}"]
    copy = _start(supervisor, [*settings, "cluster-replica-validity-factor 0"])
    with node.client() as client, copy.client() as other:
        client.execute_command("CLUSTER MEET", "127.0.0.1", copy.port, port)
        until(lambda: _knows(copy, len(cluster.nodes)))
        other.execute_command("CLUSTER REPLICATE", client.execute_command("CLUSTER MYID"))
        until(lambda: other.info("replication").get("master_link_status") == "up")
    return copy


def start_watched(supervisor: Supervisor, sentinels: int = 3) -> Watched:
    """A server with one copy, and Sentinels who choose the copy when most miss the server."""
    first = _start(supervisor, [])
    copy = _start(supervisor, [f"replicaof 127.0.0.1 {first.port}"])
    watching = [
        f"sentinel monitor {MASTER} 127.0.0.1 {first.port} {sentinels // 2 + 1}",
        f"sentinel auth-pass {MASTER} {json.dumps(PASSWORD)}",
        f"sentinel sentinel-pass {json.dumps(PASSWORD)}",
        f"sentinel down-after-milliseconds {MASTER} 1000",
        f"sentinel failover-timeout {MASTER} 5000",
    ]
    watchers = [_start(supervisor, watching, "--sentinel") for _number in range(sentinels)]
    found = Watched([first, copy], watchers)
    until(lambda: found.master() is first and _is_copied(first))
    until(lambda: all(_knows_others(node, sentinels) for node in watchers))
    return found


def _start(supervisor: Supervisor, lines: Sequence[str], *options: str) -> Node:
    port = free_port()
    folder = supervisor.folder / str(port)
    folder.mkdir()
    config = folder / "valkey.conf"
    config.write_text("\n".join([*_common(port, folder, *options), *lines]))
    child = supervisor.start(f"valkey-{port}", [valkey_binary(), config, *options])
    node = Node(port, child)
    until(node.answers)
    return node


def _common(port: int, folder: Path, *options: str) -> list[str]:
    lines = [
        *("bind 127.0.0.1", f"port {port}", f"dir {json.dumps(str(folder))}"),
        f"requirepass {json.dumps(PASSWORD)}",
    ]
    return lines if options else [*lines, f"masterauth {json.dumps(PASSWORD)}", 'save ""']


def _knows(node: Node, masters: int) -> bool:
    with node.client() as client:
        facts = client.execute_command("CLUSTER INFO")
        seen = client.execute_command("CLUSTER SLOTS")
    return facts["cluster_state"] == "ok" and int(facts["cluster_size"]) == len(seen) == masters


def _is_copied(node: Node) -> bool:
    with node.client() as client:
        return int(client.info("replication")["connected_slaves"]) == 1


def _knows_others(node: Node, sentinels: int) -> bool:
    with node.client() as client:
        others = client.execute_command("SENTINEL SENTINELS", MASTER)
        copies = client.execute_command("SENTINEL REPLICAS", MASTER)
    return len(others) == sentinels - 1 and len(copies) == 1


@contextmanager
def frozen(child: Child) -> Iterator[None]:
    """Inside, the server holds its connections and answers nothing."""
    os.kill(child.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(child.process.pid, signal.SIGCONT)
