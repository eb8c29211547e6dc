"""deploy/kubernetes, against the schemas of Kubernetes itself, and against what the shop needs."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.environment import QUICK
from config.schedule import TASKS
from core.web.front import BUSY_AFTER

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
FILES = sorted(path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml")
OBJECTS: list[dict[str, Any]] = [
    found for path in FILES for found in yaml.safe_load_all(path.read_text())
]
VERSIONS = ["1.31", kubernetes_validate.latest_version()]
PODS = {
    found["metadata"]["name"]: found["spec"]["template"]["spec"]
    for found in OBJECTS
    if found["kind"] in ("Deployment", "Job")
}
CONTAINERS = {
    f"{name}/{container['name']}": container
    for name, pod in PODS.items()
    for container in [*pod.get("initContainers", []), *pod["containers"]]
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("found", OBJECTS, ids=lambda it: f"{it['kind']}-{it['metadata']['name']}")
def test_it_follows_the_schema(found: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(found, version, strict=True)


def test_a_misspelt_field_would_be_found() -> None:
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "daten": {}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_the_list_names_every_file() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())

    assert {FOLDER / name for name in listed["resources"]} == set(FILES)
    assert [image["name"] for image in listed["images"]] == ["vitrina"]


def test_every_queue_has_a_worker_of_its_own_and_the_clock_is_one() -> None:
    commands = [container["command"] for container in CONTAINERS.values() if "command" in container]
    served = [each[each.index("--queues") + 1] for each in commands if "worker" in each]
    [clock] = [found for found in OBJECTS if found["metadata"]["name"] == "beat"]

    assert sorted(served) == sorted(TASKS)
    assert clock["spec"]["replicas"] == 1
    assert clock["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_no_rights_and_says_what_it_needs(name: str) -> None:
    container, pod = CONTAINERS[name], PODS[name.partition("/")[0]]

    assert container["image"] == "vitrina"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["automountServiceAccountToken"] is False
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]
    assert container["envFrom"] == [
        {"configMapRef": {"name": "vitrina"}},
        {"secretRef": {"name": "vitrina"}},
    ]


def test_the_owner_of_the_tables_is_known_to_migrate_alone() -> None:
    owner = {"secretKeyRef": {"name": "vitrina-owner", "key": "DATABASE_OWNER_URL"}}

    assert CONTAINERS["migrate/migrate"]["env"] == [
        {"name": "DATABASE_OWNER_URL", "valueFrom": owner}
    ]
    assert [name for name, container in CONTAINERS.items() if "env" in container] == [
        "migrate/migrate"
    ]


def test_what_stays_up_is_looked_after() -> None:
    [web] = PODS["web"]["containers"]
    asked = {name: web[name]["httpGet"]["path"] for name in web if name.endswith("Probe")}
    others = [pod["containers"][0] for name, pod in PODS.items() if name not in ("web", "migrate")]

    assert asked == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert all("livenessProbe" in container for container in others)


def test_what_is_selected_exists() -> None:
    labels = [
        found["spec"]["template"]["metadata"]["labels"]
        for found in OBJECTS
        if found["kind"] in ("Deployment", "Job")
    ]
    for found in OBJECTS:
        spec = found.get("spec", {})
        selector = spec.get("podSelector") or spec.get("selector") or {}
        wanted = selector.get("matchLabels", selector)
        if wanted:
            assert any(wanted.items() <= each.items() for each in labels), found["metadata"]
        if found["kind"] == "HorizontalPodAutoscaler":
            assert spec["scaleTargetRef"]["name"] in PODS


def test_every_variable_is_explained_and_none_is_a_secret() -> None:
    [config] = [found["data"] for found in OBJECTS if found["kind"] == "ConfigMap"]
    explained = set(re.findall(r"(?m)^(\w+)=", (ROOT / ".env.example").read_text()))

    assert config.keys() <= explained
    assert not [name for name in config if re.search(r"KEY|SECRET|PASSWORD|TOKEN|_DSN", name)]
    assert not [found for found in OBJECTS if found["kind"] == "Secret"]


def test_the_ingress_holds_slow_visitors_back() -> None:
    [ingress] = [found for found in OBJECTS if found["kind"] == "Ingress"]
    prefix = "nginx.ingress.kubernetes.io/"
    said = {
        name.removeprefix(prefix): value
        for name, value in ingress["metadata"]["annotations"].items()
    }

    assert said["proxy-request-buffering"] == "on"
    assert said["proxy-body-size"] == "20m"
    assert int(said["limit-connections"]) >= 50
    # Longer than the shop takes to say that it is busy, or PostgreSQL to end a statement.
    assert int(said["proxy-read-timeout"]) > max(BUSY_AFTER, QUICK)
