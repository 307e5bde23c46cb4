"""What is installed: names, versions, requirements and who wins, as importlib.metadata sees them; and what broken files turn into."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.effort import assert_even
from tests.memory_tree import FOLDER, PIPE, Content, MemoryFiles
from venvls.host.files import DiskFiles
from venvls.host.installed import Snapshot
from venvls.host.machine import ThisMachine
from venvls.model.environment import Distribution, Environment

S = "/e/lib/python3.12/site-packages"


def snapshot(files: dict[str, Content], *folders: str) -> Snapshot:
    """The snapshot of site-packages holding ``files`` (absolute, or below it)."""
    tree: dict[str, Content] = {S: FOLDER}
    tree |= {name if name.startswith("/") else f"{S}/{name}": content for name, content in files.items()}
    environment = Environment("/e", "/e", None, "3.12", site_packages=(S, *folders))
    return Snapshot(environment, MemoryFiles(tree))


def versions(found: Snapshot) -> dict[str, list[str]]:
    return {key: [one.version for one in several] for key, several in found.distributions.items()}


def dist(stem: str, metadata: Content | None = None, **more: Content) -> dict[str, Content]:
    """A .dist-info as an installer leaves it."""
    name, _, version = stem.rpartition("-")
    metadata = metadata if metadata is not None else f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n"
    return {f"{stem}.dist-info/INSTALLER": "pip\n", f"{stem}.dist-info/METADATA": metadata} | {
        f"{stem}.dist-info/{name.replace('__', '.')}": content for name, content in more.items()
    }


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (dist("requests-2.31.0"), {"requests": ["2.31.0"]}),
        (dist("ruamel.yaml-0.17.21"), {"ruamel-yaml": ["0.17.21"]}),
        (dist("Foo__Bar-1.0"), {"foo-bar": ["1.0"]}),
        (dist("torch-2.0.0+cu118"), {"torch": ["2.0.0+cu118"]}),
        (dist("a-1!2.0rc1.post2.dev3"), {"a": ["1!2.0rc1.post2.dev3"]}),
        (dist("foo_bar-1.0", "Name: foo-bar\nVersion: 1.0\n"), {"foo-bar": ["1.0"]}),
        (dist("foo-bar-1.0", "Name: foo-bar\nVersion: 1.0\n"), {"foo-bar": ["1.0"]}),
        (dist("foo-bar-1.0", ""), {"foo-bar": ["1.0"]}),
        (dist("foo-1.0-1", "Name: foo\nVersion: 1.0-1\n"), {"foo": ["1.0-1"]}),
        (dist("foo-1.0_local", "Name: foo\nVersion: 1.0+local\n"), {"foo": ["1.0+local"]}),
        (dist("foo-2-bar-3.0", "Name: foo-2-bar\nVersion: 3.0\n"), {"foo-2-bar": ["3.0"]}),
        (dist("foo-dev", "Name: foo\nVersion: dev\n"), {"foo": ["dev"]}),
        (dist("noversion", "Name: noversion\nVersion: 7\n"), {"noversion": ["7"]}),
        ({"foo-1.0-py3.6.egg-info": "Name: foo\nVersion: 1.0\n"}, {"foo": ["1.0"]}),
        ({"foo-1.0-py2.7.egg-info/PKG-INFO": "Name: foo\nVersion: 1.0\n"}, {"foo": ["1.0"]}),
        ({"foo_bar-1.0.egg-info/PKG-INFO": ""}, {"foo-bar": ["1.0"]}),
        ({"foo-1.0_r5-py3.6.egg-info/PKG-INFO": "Name: foo\nVersion: 1.0-r5\n"}, {"foo": ["1.0-r5"]}),
        ({"foo.egg-info/PKG-INFO": "Name: Foo\nVersion: 3\n"}, {"foo": ["3"]}),
        ({"foo-1.0-py3.6-linux-x86_64.egg/EGG-INFO/PKG-INFO": "Name: foo\nVersion: 1.0\n"}, {"foo": ["1.0"]}),
        ({"pkg/__init__.py": "", "x.py": "", "y.so": "", "z.pth": "import os", "README.txt": ""}, {}),
        ({"foo-1.0.dist-info": "a file"}, {}),
        ({}, {}),
    ],
)
def test_names_and_versions_from_folder_names(files: dict[str, Content], found: dict[str, list[str]]) -> None:
    alone = snapshot(files)
    assert versions(alone) == found
    # Where a record is not whole, all of them are looked at more closely, and are the same.
    closely = snapshot({**files, "zz-1.dist-info/RECORD": ""}).distributions
    assert {key: records for key, records in closely.items() if key != "zz"} == dict(alone.distributions)


def test_metadata_is_opened_only_when_asked() -> None:
    view = MemoryFiles({f"{S}/{name}": content for name, content in {**dist("requests-2.31.0"), **dist("a.b-1")}.items()})
    found = Snapshot(Environment("/e", "/e", None, "3.12", site_packages=(S,)), view)
    assert view.reads == [S]
    one = found.distributions["requests"][0]
    assert found.metadata(one) is found.metadata(one)
    assert view.reads == [S, f"{S}/requests-2.31.0.dist-info/METADATA"]


def test_two_versions_at_once_in_one_folder_but_not_over_two() -> None:
    other = "/usr/lib/python3/dist-packages"
    files: dict[str, Content] = {
        **dist("a-1"), **dist("a-2"), **dist("b-1"), f"{other}/b-2.dist-info/INSTALLER": "", f"{other}/c-3.dist-info/INSTALLER": "",
        f"{other}/b_-9.egg-info": "",
    }  # fmt: skip
    assert versions(snapshot(files, other)) == {"a": ["1", "2"], "b": ["1"], "c": ["3"], "b-": ["9"]}


def test_a_folder_given_twice_is_read_once() -> None:
    assert versions(snapshot(dist("a-1"), S, S + "/", "/gone")) == {"a": ["1"]}


@pytest.mark.parametrize(
    ("files", "sign"),
    [
        (dist("a-1"), None),
        ({"a-1.dist-info": FOLDER}, "empty"),
        ({"a-1.dist-info/METADATA": "Name: a\nVersion: 1\n", "a-1.dist-info/RECORD": "a/x.py,,\n"}, "no-installer"),
        ({"a-1.dist-info/RECORD": ""}, "unreadable"),
        ({"a-1.egg-info": "Name: a\nVersion: 1\n"}, None),
        ({"a.egg-info": FOLDER}, "unreadable"),
    ],
)
def test_cheap_signs_of_an_interrupted_install(files: dict[str, Content], sign: str | None) -> None:
    [[one]] = snapshot(files).distributions.values()
    assert one.sign == sign


def test_what_an_interrupted_pip_leaves() -> None:
    found = snapshot({**dist("requests-2.0"), "~equests": FOLDER, "~-quests-1.0.dist-info/METADATA": "Name: requests\nVersion: 1.0\n",
                      "~umpy": FOLDER, "~file": "", "~": FOLDER, "~~~.libs": FOLDER})  # fmt: skip
    assert set(found.distributions) == {"requests"}
    assert sorted((one.name, os.path.basename(one.path)) for one in found.leftovers) == [
        ("requests", "~-quests-1.0.dist-info"), ("requests", "~equests"), ("~", "~"), ("~umpy", "~umpy"), ("~~~.libs", "~~~.libs"),
    ]  # fmt: skip


def test_development_installs_of_setuptools() -> None:
    files: dict[str, Content] = {
        "foo.egg-link": "/src/foo\n../", "easy-install.pth": "/src/foo\n/src/eggs/old-1.0-py3.6.egg\n",
        "/src/foo/foo.egg-info/PKG-INFO": "Name: foo\nVersion: 2\n",
        "/src/foo/foo.egg-info/requires.txt": "bar>=1\n", "/src/eggs/old-1.0-py3.6.egg/EGG-INFO/PKG-INFO": "Name: old\nVersion: 1.0\n",
        "gone.egg-link": "/src/gone\n", "/src/foo/setup.py": "",
    }  # fmt: skip
    found = snapshot(files)
    assert versions(found) == {"foo": ["2"], "old": ["1.0"]}
    [foo] = found.distributions["foo"]
    assert (foo.format, foo.path) == ("egg-link", "/src/foo/foo.egg-info")
    assert found.metadata(foo).requires == ("bar>=1",)
    direct = found.direct_url(foo)
    assert direct is not None
    assert (direct.url, direct.editable) == ("file:///src/foo", True)
    assert "/src/foo" in found.folders


def test_an_editable_install_is_not_two_versions() -> None:
    """The .egg-info a build leaves in the source folder is hidden by the .dist-info that made it importable."""
    files = {**dist("foo-1.1"), "__editable__.foo.pth": "/src\n", "/src/foo.egg-info/PKG-INFO": "Name: foo\nVersion: 1.0\n",
             **{f"/src/{name}": content for name, content in dist("other-5").items()}}  # fmt: skip
    assert versions(snapshot(files)) == {"foo": ["1.1"], "other": ["5"]}


def test_easy_installs_eggs_come_first_where_it_says_so() -> None:
    lines = "import sys; sys.__plen = len(sys.path)\n./foo-2.0-py2.7.egg\nimport sys; p=getattr(sys,'__egginsert',0)\n"
    files: dict[str, Content] = {"easy-install.pth": lines, "foo-2.0-py2.7.egg/EGG-INFO/PKG-INFO": "Name: foo\nVersion: 2.0\n"}
    [[one]] = snapshot(files).distributions.values()
    assert (one.version, one.format) == ("2.0", "egg")
    assert versions(snapshot({**dist("foo-1"), "x.pth": "/eggs/foo-2.0.egg", "/eggs/foo-2.0.egg/EGG-INFO": FOLDER})) == {"foo": ["1"]}
    assert versions(
        snapshot({**dist("foo-1"), "x.pth": "/eggs/foo-2.0.egg\nimport __egginsert", "/eggs/foo-2.0.egg/EGG-INFO": FOLDER})
    ) == {"foo": ["2.0"]}


def test_bad_pth_files_change_nothing() -> None:
    files: dict[str, Content] = {
        **dist("a-1"), "1.pth": b"\xff\xfe/\0x", "2.pth": PIPE, "3.pth": "\n".join(f"/x{n}" for n in range(5000)),
        "4.pth": "a\0b\n", "5.pth": "/" + "x" * 9999,
        "6.pth": ".\n", "7.pth": "#/b\n  \n", "/b/b-1.egg-info": "",
    }  # fmt: skip
    assert versions(snapshot(files)) == {"a": ["1"]}


def test_a_pth_file_calls_no_other_machine() -> None:
    site = "C:\\e\\Lib\\site-packages"
    view = MemoryFiles({f"{site}\\x.pth": "\\\\evil\\share\n//evil/other\nC:\\src\n", "C:\\src\\b-1.egg-info": ""}, windows=True)
    asked: list[str] = []
    stat = view.stat
    view.stat = lambda path: (asked.append(path), stat(path))[1]  # type: ignore[method-assign]
    found = Snapshot(Environment("C:\\e", "C:\\e", None, "3.12", site_packages=(site,)), view)
    assert set(found.distributions) == {"b"}
    assert not [path for path in [*asked, *view.reads] if "evil" in path]


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr("EGG-INFO/" + name.replace("_", "-", 1).replace("__", "."), text)
    return out.getvalue()


def test_what_an_editable_install_leads_to_and_is_not_there() -> None:
    finder = "MAPPING: dict[str, str] = {'two': '/src/two', 'three': '/src/three'}\n"
    found = snapshot(
        {
            "_one.pth": "/gone/src\n",
            "here.pth": "/src\n",
            "__editable__.two-1.pth": "import __editable___two_1_finder; __editable___two_1_finder.install()",
            "__editable___two_1_finder.py": finder,
            "__editable__.four-1.pth": "import __editable___four_1_finder; __editable___four_1_finder.install()",
            "__editable___four_1_finder.py": "MAPPING: dict[str, str] = {'four': '/src/four'}\n",
            "/src/three.py": "",
        }
    )
    assert [(path.pth, path.place) for path in found.gone_paths] == [
        (f"{S}/__editable__.four-1.pth", "/src/four"),
        (f"{S}/_one.pth", "/gone/src"),
    ]


def test_zipped_eggs() -> None:
    found = snapshot({"foo-1.0-py3.6.egg": zipped(PKG_INFO="Name: foo\nVersion: 1.0\n", requires__txt="")})
    [one] = found.distributions["foo"]
    assert found.metadata(one).problem is None
    broken = snapshot({"foo-1.0-py3.6.egg": b"PK\3\4 not a zip"})
    assert "PKG-INFO" in (broken.metadata(broken.distributions["foo"][0]).problem or "")


def test_direct_url_and_record() -> None:
    direct = json.dumps(
        {"url": "https://x/y.git", "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"}, "subdirectory": "s"}
    )
    record = "a/__init__.py,sha256=x,1\na/gone.py,,\na/__pycache__/gone.pyc,,\na/__pycache__,,\n../../../bin/a,,\n../../../bin/gone,,\n"
    record += '../../../../etc/gone,,\n/etc/gone,,\n"q,""uoted",,\n'
    found = snapshot({**dist("a-1", direct_url__json=direct, RECORD=record), "a/__init__.py": "", "/e/bin/a": ""})
    [one] = found.distributions["a"]
    url = found.direct_url(one)
    assert url is not None
    assert (url.url, url.vcs, url.commit, url.requested_revision, url.subdirectory) == ("https://x/y.git", "git", "abc", "main", "s")
    assert found.missing_files(one) == ("a/gone.py", "../../../bin/gone", 'q,"uoted')
    none = snapshot(dist("a-1", direct_url__json="[1"))
    assert none.direct_url(none.distributions["a"][0]) is None
    assert none.missing_files(none.distributions["a"][0]) is None


def test_files_of_a_large_folder_that_are_not_there() -> None:
    """A folder with many recorded files is listed once; what it says is what a look at each file says."""
    names = [f"m{number}.py" for number in range(300)]
    odd = ["a/x/..", "a/é.py", "a/gone é.py", "a/M1.PY", "gone/x/../y.py", "../../../../etc/gone"]
    record = "".join(f"{line},,\n" for line in [*(f"{folder}/{name}" for folder in ("a", "gone") for name in names), *odd])
    tree: dict[str, Content] = {f"a/{name}": "" for name in names if name != "m7.py"} | {"a/é.py": ""}
    found = snapshot({**dist("a-1", RECORD=record), **tree})
    missing = found.missing_files(found.distributions["a"][0])
    assert missing == ("a/m7.py", *(f"gone/{name}" for name in names), "a/gone é.py", "a/M1.PY", "gone/x/../y.py")


def on_disk(tmp_path: Path, *stems: str) -> Environment:
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    for stem in stems:
        (site / f"{stem}.dist-info").mkdir(parents=True)
        for name in ("INSTALLER", "METADATA"):
            (site / f"{stem}.dist-info" / name).touch()
    return Environment(str(tmp_path), str(tmp_path), None, "3.12", site_packages=(str(site),))


def test_a_snapshot_is_kept_until_something_changes(tmp_path: Path) -> None:
    environment = on_disk(tmp_path, "a-1", "b-1")
    machine = ThisMachine()
    site = Path(environment.site_packages[0])
    first = machine.installed(environment)
    assert machine.installed(environment) is first
    before = site.stat()
    (site / "c-1.dist-info").mkdir()
    os.utime(site, ns=(before.st_atime_ns, before.st_mtime_ns))  # a clock too coarse to tell
    assert set(machine.installed(environment).distributions) == {"a", "b", "c"}
    settled = time.time_ns() - 60_000_000_000
    os.utime(site, ns=(settled, settled))
    second = machine.installed(environment)
    assert second.stamp != first.stamp
    assert machine.installed(environment) is second
    (site / "c-1.dist-info").rmdir()
    assert set(machine.installed(environment).distributions) == {"a", "b"}


def test_an_environment_that_was_away_for_a_moment_is_read_again(tmp_path: Path) -> None:
    """Renamed and renamed back, its folders have the times that they had before."""
    environment = on_disk(tmp_path / "env", "a-1")
    machine = ThisMachine()
    (tmp_path / "env").rename(tmp_path / "away")
    assert set(machine.installed(environment).distributions) == set()
    (tmp_path / "away").rename(tmp_path / "env")
    assert set(machine.installed(environment).distributions) == {"a"}


def test_a_folder_on_the_search_path_that_comes_later_is_seen(tmp_path: Path) -> None:
    environment = on_disk(tmp_path / "env", "a-1")
    site = Path(environment.site_packages[0])
    (site / "more.pth").write_text(f"{tmp_path / 'more'}\n")
    machine = ThisMachine()
    assert set(machine.installed(environment).distributions) == {"a"}
    settled = time.time_ns() - 60_000_000_000
    os.utime(site, ns=(settled, settled))
    machine.installed(environment)
    (tmp_path / "more" / "b-1.dist-info").mkdir(parents=True)
    (tmp_path / "more" / "b-1.dist-info" / "INSTALLER").touch()
    assert set(machine.installed(environment).distributions) == {"a", "b"}


def test_a_settled_environment_costs_one_stat_a_folder(tmp_path: Path) -> None:
    environment = on_disk(tmp_path, "a-1")
    settled = time.time_ns() - 60_000_000_000
    os.utime(environment.site_packages[0], ns=(settled, settled))
    calls: list[str] = []

    class Counting(DiskFiles):
        def stat(self, path: str):  # type: ignore[no-untyped-def]
            calls.append(path)
            return super().stat(path)

        def list(self, path: str):  # type: ignore[no-untyped-def]
            calls.append(path)
            return super().list(path)

    machine = ThisMachine(files=Counting())
    first = machine.installed(environment)
    calls.clear()
    assert machine.installed(environment) is first
    assert calls == [environment.site_packages[0]]


def test_right_after_an_install_only_the_names_are_looked_at_again(tmp_path: Path) -> None:
    environment = on_disk(tmp_path, "a-1", "b-1")
    site = environment.site_packages[0]
    stats: list[str] = []

    class Counting(DiskFiles):
        def stat(self, path: str):  # type: ignore[no-untyped-def]
            stats.append(path)
            return super().stat(path)

    machine = ThisMachine(files=Counting())
    first = machine.installed(environment)
    stats.clear()
    for _ in range(3):
        assert machine.installed(environment) is first
    assert stats == [site] * 3


def test_what_an_installer_completes_in_the_same_moment_is_seen(tmp_path: Path) -> None:
    """pip and uv write INSTALLER after the folder stands; that changes nothing in site-packages itself."""
    environment = on_disk(tmp_path, "a-1")
    installer = Path(environment.site_packages[0]) / "a-1.dist-info" / "INSTALLER"
    installer.unlink()
    machine = ThisMachine()
    assert machine.installed(environment).distributions["a"][0].sign is not None
    installer.touch()
    assert machine.installed(environment).distributions["a"][0].sign is None


def test_what_an_installer_completes_long_after_is_seen(tmp_path: Path) -> None:
    """On a busy machine, or over a network: by then nothing in site-packages has changed for long."""
    environment = on_disk(tmp_path, "a-1")
    site, settled = Path(environment.site_packages[0]), time.time_ns() - 60_000_000_000
    record = site / "a-1.dist-info"
    for path in record.iterdir():
        path.unlink()
    os.utime(record, ns=(settled, settled))
    os.utime(site, ns=(settled, settled))
    machine = ThisMachine()
    assert machine.installed(environment).distributions["a"][0].sign == "empty"
    for name, sign in (("METADATA", "no-installer"), ("INSTALLER", None)):
        (record / name).touch()
        assert machine.installed(environment).distributions["a"][0].sign == sign
    assert str(record) not in machine.installed(environment).folders


def test_a_pth_file_that_is_edited_is_read_again(tmp_path: Path) -> None:
    environment = on_disk(tmp_path / "env", "a-1")
    site, settled = Path(environment.site_packages[0]), time.time_ns() - 60_000_000_000
    (tmp_path / "more" / "b-1.dist-info").mkdir(parents=True)
    (site / "more.pth").write_text("# nothing yet\n")
    os.utime(site, ns=(settled, settled))
    machine = ThisMachine()
    assert set(machine.installed(environment).distributions) == {"a"}
    (site / "more.pth").write_text(f"{tmp_path / 'more'}\n")
    assert set(machine.installed(environment).distributions) == {"a", "b"}


def test_when_the_moment_is_over_all_is_read_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = on_disk(tmp_path, "a-1")
    machine = ThisMachine()
    machine.installed(environment)
    installer = Path(environment.site_packages[0]) / "a-1.dist-info" / "INSTALLER"
    installer.unlink()
    later = time.time_ns() + 3_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert machine.installed(environment).distributions["a"][0].sign is not None
    assert machine.installed(environment) is machine.installed(environment)


def test_a_thousand_distributions_are_listed_once_and_not_opened(tmp_path: Path) -> None:
    environment = on_disk(tmp_path, *(f"pkg_{number}-1.{number}" for number in range(1000)))
    calls: Counter[str] = Counter()

    class Counting(DiskFiles):
        def __getattribute__(self, name: str):  # type: ignore[no-untyped-def]
            calls[name] += 1
            return super().__getattribute__(name)

    assert len(Snapshot(environment, Counting()).distributions) == 1000
    assert {name: count for name, count in calls.items() if name != "path"} == {"stat": 1, "list": 1, "standing": 1}
    assert_even(lambda size: Snapshot(on_disk(tmp_path / str(size), *(f"pkg_{number}-1" for number in range(size))), DiskFiles()), 50)


def test_distributions_are_plain_data() -> None:
    [[one]] = snapshot(dist("a-1")).distributions.values()
    assert one == Distribution("a", "1", f"{S}/a-1.dist-info")
