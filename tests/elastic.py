"""
A small Elasticsearch over HTTP, for tests: no server of that name can be installed here.

It follows the official API in the requests and answers that the shop uses, and refuses all others.
It analyses texts much more simply and scores words by how rare they are; nothing of it says how
fast or how well a real cluster answers.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

Json = dict[str, Any]
Answer = tuple[int, Json]
_ROUTES = (
    ("PUT", r"/([^/_][^/]*)", "create"),
    ("DELETE", r"/([^/_][^/]*)", "delete"),
    ("POST", r"/([^/]+)/_refresh", "refresh"),
    ("POST", r"/([^/]+)/_search", "search"),
    ("GET", r"/([^/]+)/_alias", "aliases_of"),
    ("HEAD", r"/_alias/([^/]+)", "has_alias"),
    ("POST", r"/_aliases", "change_aliases"),
    ("PUT", r"/_bulk", "bulk"),
)


class Index:
    def __init__(self, body: Json) -> None:
        assert set(body) <= {"settings", "mappings", "aliases"}, body.keys()
        self.aliases = set(body.get("aliases", {}))
        self.fields: Json = body["mappings"]["properties"]
        self.documents: dict[str, Json] = {}
        self.versions: dict[str, int] = {}
        self._terms: dict[tuple[str, str], list[str]] = {}

    def write(self, kind: str, meta: Json, source: Json | None) -> Answer:
        assert meta["version_type"] == "external_gte"
        key, version = meta["_id"], meta["version"]
        if version < self.versions.get(key, 0):
            return 409, {"error": {"type": "version_conflict_engine_exception", "reason": key}}
        self.versions[key] = version
        self._terms = {at: terms for at, terms in self._terms.items() if at[0] != key}
        if kind == "delete":
            was_there = self.documents.pop(key, None) is not None
            return (200, {"result": "deleted"}) if was_there else (404, {"result": "not_found"})
        assert source is not None
        if unknown := set(source) - set(self.fields):
            return 400, {"error": {"type": "strict_dynamic_mapping_exception", "reason": unknown}}
        result = "updated" if key in self.documents else "created"
        self.documents[key] = source
        return (201 if result == "created" else 200), {"result": result}

    def terms(self, key: str, field: str) -> list[str]:
        at = (key, field)
        if at not in self._terms:
            value = self.documents[key].get(field, "")
            self._terms[at] = value if isinstance(value, list) else self.analysed(field, value)
        return self._terms[at]

    def analysed(self, field: str, text: str) -> list[str]:
        """Roughly as the analysers of the mapping would."""
        if self.fields[field]["type"] == "keyword":
            return [text]
        words = re.findall(r"[^\W_]+", _folded(text))
        if self.fields[field]["analyzer"] == "store_whole":
            return words
        return [re.sub(r"(?<=\w{3})(es|s|a|o)$", "", word) for word in words]


class Cluster:
    """The indices, and what was asked of them."""

    def __init__(self) -> None:
        self.indices: dict[str, Index] = {}
        self.requests: list[str] = []
        self.is_away = False
        self.refuses = "nothing"

    def reset(self) -> None:
        self.indices, self.requests = {}, []
        self.is_away, self.refuses = False, "nothing"

    def answer(self, method: str, path: str, parameters: str, body: bytes) -> Answer:
        self.requests.append(f"{method} {path}")
        if self.is_away or self.refuses in path:
            return 503, _error(503, "cluster_block_exception", "blocked")
        assert path != "/_bulk" or "require_alias=true" in parameters
        for verb, pattern, name in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                found: Answer = getattr(self, f"_{name}")(*match.groups(), body)
                return found
        return 400, _error(400, "illegal_argument_exception", f"no route for {method} {path}")

    def named(self, name: str) -> list[str]:
        """The indices that a name, an alias or a name with a star means."""
        pattern = re.escape(name).replace(r"\*", ".*")
        return [
            key
            for key, index in self.indices.items()
            if any(re.fullmatch(pattern, known) for known in (key, *index.aliases))
        ]

    def _create(self, name: str, body: bytes) -> Answer:
        if name in self.indices:
            return 400, _error(400, "resource_already_exists_exception", name)
        self.indices[name] = Index(json.loads(body))
        return 200, {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _delete(self, name: str, _body: bytes) -> Answer:
        if name not in self.indices:
            return _missing(name)
        del self.indices[name]
        return 200, {"acknowledged": True}

    def _refresh(self, name: str, _body: bytes) -> Answer:
        shards = {"total": 1, "successful": 1, "failed": 0}
        return (200, {"_shards": shards}) if self.named(name) else _missing(name)

    def _aliases_of(self, name: str, _body: bytes) -> Answer:
        found: Json = {
            key: {"aliases": {alias: {} for alias in self.indices[key].aliases}}
            for key in self.named(name)
        }
        return (200, found) if found or "*" in name else _missing(name)

    def _has_alias(self, name: str, _body: bytes) -> Answer:
        is_there = any(name in index.aliases for index in self.indices.values())
        return (200 if is_there else 404), {}

    def _change_aliases(self, body: bytes) -> Answer:
        for action in json.loads(body)["actions"]:
            [(kind, what)] = action.items()
            if what["index"] not in self.indices:
                return _missing(what["index"])
            if kind == "add":
                self.indices[what["index"]].aliases.add(what["alias"])
            elif kind == "remove_index":
                del self.indices[what["index"]]
            else:
                return 400, _error(400, "illegal_argument_exception", kind)
        return 200, {"acknowledged": True, "errors": False}

    def _bulk(self, body: bytes) -> Answer:
        assert body.endswith(b"\n"), "NDJSON ends with a line break"
        lines = iter(body.decode().splitlines())
        items = []
        for line in lines:
            [(kind, meta)] = json.loads(line).items()
            source = json.loads(next(lines)) if kind == "index" else None
            holders = [
                key for key, index in self.indices.items() if meta["_index"] in index.aliases
            ]
            if holders:
                status, item = self.indices[holders[0]].write(kind, meta, source)
            else:
                status, item = _missing(meta["_index"])
            items.append({kind: {"_id": meta["_id"], **item, "status": status}})
        return 200, {"took": 1, "errors": any("error" in i for i in items), "items": items}

    def _search(self, name: str, body: bytes) -> Answer:
        names = self.named(name)
        if not names:
            return _missing(name)
        asked = json.loads(body)
        index = self.indices[names[0]]
        scores = Scoring(index).scores(asked["query"])
        best = sorted(scores, key=lambda key: -scores[key])[: asked["size"]]
        return 200, {"hits": {"hits": [{"_id": key, "_score": scores[key]} for key in best]}}


class Scoring:
    """The part of the query language that the shop speaks: what fits, and how well."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def scores(self, query: Json) -> dict[str, float]:
        [(kind, body)] = query.items()
        found: dict[str, float] = getattr(self, f"_{kind}")(body)
        return found

    def _bool(self, body: Json) -> dict[str, float]:
        assert set(body) <= {"should", "must", "minimum_should_match"}
        clauses = [self.scores(clause) for clause in body.get("should") or body["must"]]
        least = body.get("minimum_should_match", len(clauses))
        total: dict[str, float] = {}
        times: dict[str, int] = {}
        for clause in clauses:
            for key, score in clause.items():
                total[key] = total.get(key, 0) + score
                times[key] = times.get(key, 0) + 1
        return {key: score for key, score in total.items() if times[key] >= least}

    def _dis_max(self, body: Json) -> dict[str, float]:
        best: dict[str, float] = {}
        for query in body["queries"]:
            for key, score in self.scores(query).items():
                best[key] = max(best.get(key, 0), score)
        return best

    def _constant_score(self, body: Json) -> dict[str, float]:
        return dict.fromkeys(self.scores(body["filter"]), float(body["boost"]))

    def _multi_match(self, body: Json) -> dict[str, float]:
        best: dict[str, float] = {}
        for named in body["fields"]:
            field, weight = named.split("^")
            words = self._index.analysed(field, body["query"])
            each = [self._fitting(field, lambda term, word=word: term == word) for word in words]
            keys = set.intersection(*map(set, each)) if each else set()
            for key in keys:
                score = sum(found[key] for found in each) * float(weight) * body.get("boost", 1)
                best[key] = max(best.get(key, 0), score)
        return best

    def _match(self, body: Json) -> dict[str, float]:
        [(field, asked)] = body.items()
        assert asked["fuzziness"] == "AUTO"
        word = _folded(asked["query"])
        most = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        return self._fitting(field, lambda term: _edits(term, word) <= most)

    def _prefix(self, body: Json) -> dict[str, float]:
        [(field, asked)] = body.items()
        return dict.fromkeys(self._fitting(field, lambda t: t.startswith(asked["value"])), 1.0)

    def _term(self, body: Json) -> dict[str, float]:
        [(field, asked)] = body.items()
        value, boost = (asked["value"], asked["boost"]) if isinstance(asked, dict) else (asked, 1)
        return dict.fromkeys(self._fitting(field, lambda term: term == value), float(boost))

    def _fitting(self, field: str, fits: Any) -> dict[str, float]:
        """As in BM25: what is rare counts more, and a short field more than a long one."""
        keys = list(self._index.documents)
        terms = {key: self._index.terms(key, field) for key in keys}
        holders = {key for key in keys if any(fits(term) for term in terms[key])}
        rarity = math.log(1 + (len(keys) - len(holders) + 0.5) / (len(holders) + 0.5))
        return {key: rarity * 2.2 / (1.2 + 0.1 * len(terms[key])) for key in holders}


@contextmanager
def running() -> Iterator[tuple[str, Cluster]]:
    """A cluster on a free port of this machine; gives its URL too."""
    cluster = Cluster()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlsplit(self.path)
            status, answer = cluster.answer(self.command, unquote(url.path), url.query, body)
            sent = b"" if self.command == "HEAD" else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", cluster
        server.shutdown()


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _edits(one: str, other: str) -> int:
    """Letters added, left out, changed, or two that changed places."""
    if abs(len(one) - len(other)) > 2:
        return 3
    if one != other and sorted(one) == sorted(other):
        swapped = [
            place for place, pair in enumerate(zip(one, other, strict=True)) if len({*pair}) > 1
        ]
        if len(swapped) == 2 and swapped[1] - swapped[0] == 1:
            return 1
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row = row, [place]
        for (diagonal, above), target in zip(pairwise(before), other, strict=True):
            row.append(min(above + 1, row[-1] + 1, diagonal + (letter != target)))
    return row[-1]


def _missing(name: str) -> Answer:
    return 404, _error(404, "index_not_found_exception", f"no such index [{name}]")


def _error(status: int, kind: str, reason: str) -> Json:
    return {"error": {"type": kind, "reason": reason}, "status": status}
