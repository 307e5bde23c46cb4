"""Trees in memory → the environment: layouts and versions that this machine has not, and everything that can be wrong."""

from __future__ import annotations

import pytest

from tests.memory_tree import FOLDER, PIPE, Content, Link, MemoryFiles
from venvls.environments import KINDS, gather, read_cfg, recognise
from venvls.environments.kind import nowhere
from venvls.model.environment import Environment

P = "/work/p/.venv"
CFG = "home = /usr/bin\nversion = 3.12.4\n"


def tree(minor: str = "3.12", cfg: str | None = CFG, **more: Content) -> dict[str, Content]:
    """A whole POSIX environment; names in ``more`` use ``__`` for ``/`` below the prefix."""
    made: dict[str, Content] = {
        f"/usr/bin/python{minor}": "",
        "/usr/bin/python3": Link(f"python{minor}"),
        f"{P}/bin/python": Link("/usr/bin/python3"),
        f"{P}/bin/activate": f'VIRTUAL_ENV="{P}"\nexport VIRTUAL_ENV\n',
        f"{P}/lib/python{minor}/site-packages": FOLDER,
    }
    if cfg is not None:
        made[f"{P}/pyvenv.cfg"] = cfg
    return made | {f"{P}/{name.replace('__', '/')}": content for name, content in more.items()}


def posix(files: dict[str, Content], prefix: str = P, expected: bool = False) -> Environment | None:
    return recognise(MemoryFiles(files), prefix, expected)


def sound(files: dict[str, Content]) -> Environment:
    found = posix(files)
    assert found is not None
    assert (found.health, found.problem) == ("ok", None)
    return found


@pytest.mark.parametrize("minor", ["2.7", "3.3", "3.5", "3.8", "3.12", "3.14", "3.15"])
def test_every_python(minor: str) -> None:
    found = sound(tree(minor, f"home = /usr/bin\nversion = {minor}.2\n"))
    assert (found.version, found.implementation, found.free_threaded) == (f"{minor}.2", "cpython", False)
    assert found.site_packages == (f"{P}/lib/python{minor}/site-packages",)


@pytest.mark.parametrize(
    ("cfg", "version"),
    [
        ("version = 3.12.4", "3.12.4"), ("version_info = 3.12.4.final.0", "3.12.4"), ("version_info = 3.12.4", "3.12.4"),
        ("python-version = 3.12", "3.12"), ("python-version = 3.12\nversion_info = 3.12.7", "3.12.7"), ("version = 3.11.9", "3.12"),
        ("", "3.12"), ("version = nonsense", "3.12"), ("VERSION=3.12.4", "3.12.4"), ("version = 3.12", "3.12"),
        ("version = 3.12.0rc1", "3.12.0"), ("version = 3.1.2", "3.12"),
    ],
)  # fmt: skip
def test_version_is_the_librarys_and_the_patch_level_pyvenv_cfgs(cfg: str, version: str) -> None:
    assert sound(tree(cfg=f"home = /usr/bin\n{cfg}\n")).version == version


def test_free_threaded() -> None:
    files = tree("3.13t", "home = /usr/bin\nversion = 3.13.1\n")
    found = sound(files)
    assert (found.version, found.free_threaded) == ("3.13.1", True)
    assert found.site_packages == (f"{P}/lib/python3.13t/site-packages",)


def test_an_upgraded_one_keeps_its_old_library() -> None:
    found = sound(tree() | {f"{P}/lib/python3.9/site-packages": FOLDER, f"{P}/lib/python3.13/site-packages": FOLDER})
    assert (found.version, found.site_packages) == ("3.12.4", (f"{P}/lib/python3.12/site-packages",))


def test_a_lib64_of_its_own_and_one_that_is_a_link() -> None:
    both = (f"{P}/lib/python3.12/site-packages", f"{P}/lib64/python3.12/site-packages")
    assert sound(tree(lib64=Link("lib"))).site_packages == both[:1]
    assert sound(tree(lib64__python3__12=FOLDER)).site_packages == both[:1]
    assert sound(tree() | {both[1]: FOLDER}).site_packages == both


@pytest.mark.parametrize("layout", ["lib/pypy3.10/site-packages", "site-packages"])
def test_pypy(layout: str) -> None:
    files: dict[str, Content] = {
        "/opt/pypy/bin/pypy3.10": "", f"{P}/bin/python": Link("/opt/pypy/bin/pypy3.10"), f"{P}/{layout}": FOLDER, f"{P}/bin/activate": "",
        f"{P}/pyvenv.cfg": "home = /opt/pypy/bin\nversion_info = 3.10.14.final.0\nvirtualenv = 20.26.6\n",
    }  # fmt: skip
    found = sound(files)
    assert (found.implementation, found.version, found.kind) == ("pypy", "3.10.14", "virtualenv")
    assert found.site_packages == (f"{P}/{layout}",)


@pytest.mark.parametrize("library", ["lib/pypy3.10", "lib_pypy"])
def test_packages_that_come_with_pypy_are_seen_from_its_environments(library: str) -> None:
    files: dict[str, Content] = {
        "/opt/pypy/bin/pypy3.10": "", f"/opt/pypy/{library}/cffi.dist-info": FOLDER, f"{P}/bin/python": Link("/opt/pypy/bin/pypy3.10"),
        f"{P}/lib/pypy3.10/site-packages": FOLDER, f"{P}/bin/activate": "", f"{P}/pyvenv.cfg": "home = /opt/pypy/bin\nversion = 3.10.14\n",
    }  # fmt: skip
    assert sound(files).site_packages == (f"{P}/lib/pypy3.10/site-packages", f"/opt/pypy/{library}")


def test_debian_base_behind_system_site_packages() -> None:
    base: dict[str, Content] = {
        "/usr/local/lib/python3.12/dist-packages": FOLDER, "/usr/lib/python3/dist-packages": FOLDER, "/usr/lib/python3.12": FOLDER,
    }  # fmt: skip
    found = sound(tree(cfg=CFG + "include-system-site-packages = true\n") | base)
    assert found.system_site_packages
    assert found.site_packages == (
        f"{P}/lib/python3.12/site-packages", "/usr/local/lib/python3.12/dist-packages", "/usr/lib/python3/dist-packages",
    )  # fmt: skip
    assert sound(tree() | base).site_packages == (f"{P}/lib/python3.12/site-packages",)


W = "C:\\p\\.venv"
WINDOWS: dict[str, Content] = {
    "C:/Python312/python.exe": "", "C:/Python312/python312.dll": "", "C:/Python312/Lib/site-packages": FOLDER,
    "C:/p/.venv/pyvenv.cfg": "home = C:\\Python312\r\ninclude-system-site-packages = true\r\nversion = 3.12.4\r\n",
    "C:/p/.venv/Scripts/python.exe": "", "C:/p/.venv/Scripts/activate": 'VIRTUAL_ENV="C:\\p\\.venv"\n',
    "C:/p/.venv/Scripts/activate.bat": '@set "VIRTUAL_ENV=C:\\p\\.venv"\r\n', "C:/p/.venv/Lib/site-packages": FOLDER,
}  # fmt: skip


def test_windows() -> None:
    found = recognise(MemoryFiles(WINDOWS, windows=True), W)
    assert found == Environment(
        prefix=W, real=W, interpreter=W + "\\Scripts\\python.exe", version="3.12.4", creator="venv", base="C:\\Python312", layout="windows",
        system_site_packages=True, site_packages=(W + "\\Lib\\site-packages", "C:\\Python312\\Lib\\site-packages"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "health", "said"),
    [
        ({"C:/p/.venv/Scripts/activate": 'VIRTUAL_ENV="D:\\old\\.venv"\n'}, "moved", "D:\\old\\.venv"),
        ({"C:/p/.venv/Scripts/activate": 'VIRTUAL_ENV="c:\\P\\.VENV"\n'}, "ok", ""),
        ({"C:/p/.venv/Scripts/activate": 'VIRTUAL_ENV="/c/p/.venv"\n', "C:/p/.venv/Scripts/activate.bat": ""}, "ok", ""),
        ({"C:/p/.venv/pyvenv.cfg": "home = C:\\Python313\n"}, "broken", "C:\\Python313 does not exist"),
        ({"C:/p/.venv/pyvenv.cfg": "home = C:\\Program Files\\WindowsApps\\Python\n"}, "ok", ""),
        ({"C:/p/.venv/pyvenv.cfg": "\ufeffhome = C:\\Python312\r\n".encode("utf-16")}, "ok", ""),
        ({"C:/p/.venv/Scripts/python.exe": FOLDER}, "broken", "no Python interpreter"),
    ],
)
def test_windows_health(change: dict[str, Content], health: str, said: str) -> None:
    found = recognise(MemoryFiles(WINDOWS | change, windows=True), W, expected=True)
    assert found is not None
    assert found.health == health
    assert said in (found.problem or "")


def test_windows_version_without_a_word_in_pyvenv_cfg() -> None:
    found = recognise(MemoryFiles(WINDOWS | {"C:/p/.venv/pyvenv.cfg": "home = C:\\Python312\n"}, windows=True), W)
    assert found is not None
    assert found.version == "3.12"


def test_looking_at_another_machine_is_left_undone() -> None:
    view = MemoryFiles(WINDOWS | {"C:/p/.venv/pyvenv.cfg": "home = \\\\evil\\share\n"}, windows=True)
    asked: list[str] = []
    stat = view.stat
    view.stat = lambda path: (asked.append(path), stat(path))[1]  # type: ignore[method-assign]
    assert recognise(view, W) is not None
    assert not [path for path in [*asked, *view.reads] if path.startswith("\\\\")]


def test_msys2() -> None:
    files: dict[str, Content] = {
        "C:/msys64/ucrt64/bin/python3.12.exe": "", "C:/p/.venv/pyvenv.cfg": "home = C:\\msys64\\ucrt64\\bin\nversion = 3.12.4\n",
        "C:/p/.venv/bin/python.exe": "", "C:/p/.venv/bin/activate": 'VIRTUAL_ENV="C:/p/.venv"\n',
        "C:/p/.venv/lib/python3.12/site-packages": FOLDER,
    }  # fmt: skip
    found = recognise(MemoryFiles(files, windows=True), W)
    assert found is not None
    assert (found.health, found.interpreter, found.version) == ("ok", W + "\\bin\\python.exe", "3.12.4")
    assert found.site_packages == (W + "\\lib\\python3.12\\site-packages",)


@pytest.mark.parametrize(
    ("statement", "stated"),
    [
        ('VIRTUAL_ENV="{}"', True), ("VIRTUAL_ENV={}", True), ("VIRTUAL_ENV='{}'", True), ('export VIRTUAL_ENV="{}"', True),
        ("    VIRTUAL_ENV='{}'", True), ("VIRTUAL_ENV=\"$(dirname -- $X)\"", False), ("VIRTUAL_ENV=''\"$(dirname x)\"''", False),
        ('VIRTUAL_ENV=$(cygpath "{}")\nVIRTUAL_ENV="{}"', True), ('VIRTUAL_ENV="$CURRENT_ENV"\n VIRTUAL_ENV={}', True),
        ("VIRTUAL_ENV=", False),
        ("VIRTUAL_ENV='{}", False), ("# VIRTUAL_ENV={}", False), ("VIRTUAL_ENV=relative", False), ("VIRTUAL_ENV={} # why", True),
    ],
)  # fmt: skip
def test_how_activation_scripts_state_the_prefix(statement: str, stated: bool) -> None:
    for where in (P, "/old/place"):
        found = posix(tree(bin__activate=statement.replace("{}", where) + "\n"))
        assert found is not None
        assert found.health == ("moved" if stated and where != P else "ok"), where


def test_a_relocatable_one_is_at_home_anywhere() -> None:
    sound(tree(cfg=CFG + "uv = 0.9.0\nrelocatable = true\n", bin__activate='VIRTUAL_ENV="/old/place"\n'))


def test_activation_scripts_of_other_shells() -> None:
    for name, text in (("activate.fish", 'set -gx VIRTUAL_ENV "/old/place"'), ("activate.csh", "setenv VIRTUAL_ENV '/old/place'")):
        files = tree()
        del files[f"{P}/bin/activate"]
        found = posix(files | {f"{P}/bin/{name}": text})
        assert found is not None
        assert found.health == "moved", name


@pytest.mark.parametrize("name", ["it's", 'a "b"', "$HOME", "a b", "ü", "#x", "a\\b"])
def test_names_as_shlex_and_uv_quote_them(name: str) -> None:
    prefix = f"/w/{name}/.venv"
    import shlex

    uv = "'" + prefix.replace("'", "'\\''") + "'"
    for quoted in (shlex.quote(prefix), uv):
        files = {path.replace(P, prefix): content for path, content in tree(bin__activate=f"VIRTUAL_ENV={quoted}\n").items()}
        found = posix(files, prefix)
        assert found is not None
        assert found.health == "ok", quoted


@pytest.mark.parametrize(
    ("change", "health", "said"),
    [
        ({"bin/python": Link("/gone/python3")}, "broken", "link to /gone/python3, which does not exist"),
        ({"bin/python": Link("python9"), "bin/python9": Link("../x")}, "broken", f"link to {P}/x"),
        ({"bin/python": Link("python")}, "broken", "does not exist"),
        ({"bin/python": FOLDER}, "broken", "no Python interpreter"),
        ({"pyvenv.cfg": "home = /gone\n"}, "broken", "/gone does not exist"),
        ({"pyvenv.cfg": "version = 3.12.4\n"}, "broken", "does not say where its base Python is"),
        ({"pyvenv.cfg": ""}, "broken", "does not say"),
        ({"pyvenv.cfg": FOLDER}, "broken", "cannot be read"),
        ({"pyvenv.cfg": PIPE}, "broken", "cannot be read"),
        ({"pyvenv.cfg": "x" * 2_000_000}, "broken", "cannot be read"),
        ({"pyvenv.cfg": b"\xff\xff\0"}, "broken", "does not say"),
        ({"bin/activate": PIPE}, "ok", ""),
    ],
)
def test_what_can_be_wrong(change: dict[str, Content], health: str, said: str) -> None:
    found = posix(tree() | {f"{P}/{name}": content for name, content in change.items()}, expected=True)
    assert found is not None
    assert found.health == health
    assert said in (found.problem or "")
    if health != "ok":
        assert (found.problem or "").endswith("Recreate it.")


def test_library_of_another_python() -> None:
    found = posix(tree() | {"/usr/bin/python3": Link("python3.13"), "/usr/bin/python3.13": ""})
    assert found is not None
    assert found.health == "broken"
    assert found.problem == "Its packages are for Python 3.12, but its interpreter is Python 3.13 now. Recreate it."


def test_half_made_by_python_m_venv() -> None:
    files = tree()
    del files[f"{P}/bin/activate"]
    half = posix(files)
    assert half is not None
    assert half.health == "incomplete"
    site = f"{P}/lib/python3.12/site-packages"
    for used in ("pip-24.0.dist-info", "requests-2.0.dist-info", "x.egg-link"):
        assert sound(files | {f"{site}/{used}": FOLDER}), used
    half = posix(files | {f"{site}/pip": FOLDER, f"{site}/setuptools-65.5.0.dist-info": FOLDER})
    assert half is not None
    assert half.health == "incomplete"
    for creator in ("uv = 0.9.0", "virtualenv = 20.0"):
        assert sound(files | {f"{P}/pyvenv.cfg": f"{CFG}{creator}\n"}), creator


def test_half_made_by_uv_and_whole_by_an_old_virtualenv() -> None:
    files = tree(cfg=None)
    found = posix(files)
    assert found is not None
    assert (found.health, found.version) == ("incomplete", "3.12")
    found = posix(files | {f"{P}/lib/python3.12/orig-prefix.txt": "/usr"})
    assert found is not None
    assert (found.health, found.kind) == ("ok", "virtualenv")
    assert posix(files | {f"{P}/bin/activate": "# conda's\n"}) is None


@pytest.mark.parametrize(
    "files",
    [
        {f"{P}/pyvenv.cfg": CFG}, {f"{P}/pyvenv.cfg": ""}, {f"{P}/pyvenv.cfg": FOLDER},
        {f"{P}/pyvenv.cfg": CFG, f"{P}/lib/python3.12/site-packages/x-1.dist-info": FOLDER, "/usr/bin": FOLDER},
    ],
)  # fmt: skip
def test_a_fixture_is_broken_only_where_a_project_would_use_it(files: dict[str, Content]) -> None:
    assert posix(files) is None
    found = posix(files, expected=True)
    assert found is not None
    assert found.health == "broken"


@pytest.mark.parametrize(
    "files",
    [{}, {P: FOLDER}, {P: "file"}, {f"{P}/bin/python": "", "/x": FOLDER}, {f"{P}/lib/x": ""}, {f"{P}/bin/activate": "VIRTUAL_ENV=x"}],
)
def test_what_is_no_environment_at_all(files: dict[str, Content]) -> None:
    assert posix(files) is None
    assert posix(files, expected=True) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a = b = c\nno equals\n K=v\r\n\n=x\n", {"a": "b = c", "k": "v", "": "x"}),
        ("A = 1\na = 2", {"a": "2"}),
        ("\ufeffhome = x", {"home": "x"}),
        ("", {}),
        ("prompt = 'it''s # ; ['", {"prompt": "'it''s # ; ['"}),
    ],
)
def test_pyvenv_cfg_is_no_ini(text: str, values: dict[str, str]) -> None:
    assert read_cfg(text) == values


def test_aliases_are_one_environment_and_the_real_name_is_kept() -> None:
    view = MemoryFiles({**tree(), "/work/q/.venv": Link("../p/.venv"), "/alias": Link("/work"), "/work/r/.venv": "../p/.venv\n"})
    for paths in (["/work/q/.venv", P], [P, "/work/q/.venv", "/alias/p/.venv"], ["/work/r/.venv", "/work/q/.venv"]):
        found = gather(view, paths)
        assert [one.prefix for one in found.environments] == [P], paths
        assert found.problems == ()
    assert [one.prefix for one in gather(view, ["/work/q/.venv"]).environments] == ["/work/q/.venv"]


def test_pointers_that_lead_nowhere_are_said() -> None:
    view = MemoryFiles({"/p/.venv": Link("../gone"), "/q/.venv": "/gone\n", "/r/.python-envs": "envs/a\n"})
    found = gather(view, ["/p/.venv", "/q/.venv", "/r/.python-envs"])
    [dangling] = found.environments
    assert (dangling.prefix, dangling.health) == ("/p/.venv", "broken")
    assert "../gone" in (dangling.problem or "")
    assert [path for path, _ in found.problems] == ["/q/.venv", "/r/.python-envs"]


def test_a_broken_kind_of_view_never_raises() -> None:
    """Links in circles and folders that cannot be listed are unknown, not errors."""
    view = MemoryFiles({f"{P}/bin": Link("lib"), f"{P}/lib": Link("bin"), f"{P}/pyvenv.cfg": CFG, f"{P}/lib64": PIPE})
    found = recognise(view, P, expected=True)
    assert found is not None
    assert found.health == "broken"


def test_every_kind_names_itself_and_its_marks() -> None:
    for kind in KINDS:
        assert kind.name
        # A kind without marks of its own (PDM) only knows places.
        assert kind.markers or kind.places is not nowhere
    assert len({kind.name for kind in KINDS}) == len(KINDS)
