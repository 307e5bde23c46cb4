"""What the members of a workspace share, worked out once for all: the same as a walk from all others would give for each."""

from __future__ import annotations

import random

import pytest

from tests.manifests.locking import LINUX
from venvls.manifests.uv.members import members
from venvls.manifests.uv.reading import Lock, Table, read
from venvls.manifests.uv.sharing import of_others
from venvls.manifests.uv.walk import Root, declared_groups, walk
from venvls.model.environment import Target
from venvls.model.names import canonical
from venvls.standards.markers import UV, Markers

MARKERS = ("", "", ", marker = \"sys_platform == 'win32'\"", ", marker = \"python_full_version >= '3'\"")


def _lock(seed: int) -> Lock:
    """A workspace of up to five members: extras, groups, markers, versions side by side, circles, members that need members."""
    pick = random.Random(seed)
    people, names = [f"m{number}" for number in range(pick.randint(1, 5))], [f"p{number}" for number in range(8)]

    def needs(most: int) -> str:
        chosen = pick.sample([*names, *people], pick.randint(0, most))
        extras = ("", "", ', extra = ["x"]')
        return ", ".join(f'{{ name = "{name}"{pick.choice(extras)}{pick.choice(MARKERS)} }}' for name in chosen)

    listed = ", ".join(f'"{name}"' for name in people)
    text = f'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n[manifest]\nmembers = [{listed}]\n'
    if pick.random() < 0.5:
        text += f"[manifest.dependency-groups]\nlint = [{needs(2)}]\n"
    for name in (*people, *names):
        source = f'virtual = "{name}"' if name in people else 'registry = "x"'
        text += f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ {source} }}\ndependencies = [{needs(3)}]\n'
        text += f"[package.optional-dependencies]\nx = [{needs(2)}]\n"
        if name in people:
            text += f"[package.dev-dependencies]\ndev = [{needs(2)}]\n"
    return read(text, "uv.lock")


def _whole(member: Table) -> Root:
    return Root(member, frozenset({"x"}), frozenset(map(canonical, declared_groups(member))))


@pytest.mark.parametrize("seed", range(150))
def test_what_others_need(seed: int) -> None:
    lock = _lock(seed)
    assert lock.problem is None
    markers = Markers(Target(LINUX), UV)
    loose = [each for listed in lock.manifest.get("dependency-groups", {}).values() for each in listed]
    # The last is a project in a folder of its own, which is no member.
    for own in (*members(lock), lock.packages["p0"][0]):
        others = [_whole(member) for member in members(lock) if member is not own]
        assert set(of_others(lock, own, markers)) == set(walk(lock, others, loose, markers).packages), own["name"]
