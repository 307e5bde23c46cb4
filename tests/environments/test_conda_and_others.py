"""conda, pixi, pyenv, virtualenvwrapper, direnv, tox, nox and bare Pythons: what is recognised, and where each tool looks for a project's."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.environments.stating import stating
from tests.memory_tree import FOLDER, Content, Link, MemoryFiles
from venvls.environments import Query, gather, places, recognise
from venvls.environments.conda_folders import searched
from venvls.model.environment import Environment

CFG = "home = /usr/bin\nversion = 3.12.4\n"


def conda(prefix: str, version: str = "3.11.9", build: str = "hb806964_0_cpython", library: str = "python3.11") -> dict[str, Content]:
    return {
        f"{prefix}/conda-meta/history": "==> 2024-05-02 10:00:00 <==\n",
        f"{prefix}/conda-meta/python-{version}-{build}.json": "{}",
        f"{prefix}/conda-meta/python_abi-3.11-4_cp311.json": "{}",
        f"{prefix}/conda-meta/numpy-1.26.4-py311h64a7726_0.json": "{}",
        f"{prefix}/bin/python": Link("python3.11"),
        f"{prefix}/bin/python3.11": "",
        f"{prefix}/lib/{library}/site-packages": FOLDER,
    }


def venv(prefix: str, minor: str = "3.12") -> dict[str, Content]:
    return {
        "/usr/bin/python3.12": "",
        f"{prefix}/pyvenv.cfg": CFG,
        f"{prefix}/bin/python": Link("/usr/bin/python3.12"),
        f"{prefix}/bin/activate": f'VIRTUAL_ENV="{prefix}"\n',
        f"{prefix}/lib/python{minor}/site-packages": FOLDER,
    }


def at(files: Mapping[str, Content], prefix: str, expected: bool = False) -> Environment | None:
    return recognise(MemoryFiles(files), prefix, expected)


def test_conda_is_read_from_the_names_in_conda_meta() -> None:
    found = at(conda("/c/envs/sci"), "/c/envs/sci")
    assert found is not None
    assert (found.kind, found.name, found.version, found.health, found.interpreter) == (
        "conda",
        "sci",
        "3.11.9",
        "ok",
        "/c/envs/sci/bin/python",
    )
    assert found.site_packages == ("/c/envs/sci/lib/python3.11/site-packages",)
    assert not found.tool_owned


def test_condas_own_environment_is_listed_and_belongs_to_conda() -> None:
    found = at(conda("/c") | {"/c/condabin/conda": ""}, "/c")
    assert found is not None
    assert (found.name, found.tool_owned) == ("base", True)


def test_an_upgraded_python_leaves_an_old_library_behind() -> None:
    files = conda("/c/envs/a") | {"/c/envs/a/lib/python3.9/site-packages/left": FOLDER}
    found = at(files, "/c/envs/a")
    assert found is not None
    assert found.site_packages == ("/c/envs/a/lib/python3.11/site-packages",)


@pytest.mark.parametrize(
    ("version", "build", "library", "expected"),
    [
        ("3.9.18", "0_73_pypy", "pypy3.9", ("pypy", "3.9.18", False)),
        ("3.13.0", "h9a34b6e_5_cp313t", "python3.13t", ("cpython", "3.13.0", True)),
        ("3.14.0rc2", "h1_0_cp314", "python3.14", ("cpython", "3.14.0", False)),
        ("2.7.18", "ha1903f6_2", "python2.7", ("cpython", "2.7.18", False)),
    ],
)
def test_pypy_free_threaded_and_pre_releases(version: str, build: str, library: str, expected: tuple[str, str, bool]) -> None:
    found = at(conda("/c/envs/x", version, build, library), "/c/envs/x")
    assert found is not None
    assert (found.implementation, found.version, found.free_threaded) == expected
    assert found.site_packages == (f"/c/envs/x/lib/{library}/site-packages",)


def test_conda_on_windows() -> None:
    prefix = "C:\\Users\\me\\miniconda3\\envs\\sci"
    base = prefix.replace("\\", "/")
    files: dict[str, Content] = {
        f"{base}/conda-meta/python-3.12.4-h889d299_1.json": "{}", f"{base}/python.exe": "", f"{base}/Lib/site-packages": FOLDER,
        f"{base}/Scripts/pip.exe": "",
    }  # fmt: skip
    found = recognise(MemoryFiles(files, windows=True), prefix)
    assert found is not None
    assert (found.kind, found.version, found.layout, found.interpreter) == ("conda", "3.12.4", "windows", prefix + "\\python.exe")
    assert found.site_packages == (prefix + "\\Lib\\site-packages",)


def test_a_conda_environment_without_python_counts_only_where_somebody_named_it() -> None:
    files: dict[str, Content] = {"/c/envs/r/conda-meta/r-base-4.3.1-h1_5.json": "{}", "/c/envs/r/bin/R": ""}
    assert at(files, "/c/envs/r") is None
    found = at(files, "/c/envs/r", expected=True)
    assert found is not None
    assert (found.health, found.interpreter, found.version) == ("incomplete", None, None)
    assert "contains no Python" in (found.problem or "")


def test_a_conda_environment_that_lost_its_interpreter_is_broken() -> None:
    files = conda("/c/envs/x")
    del files["/c/envs/x/bin/python"]
    found = at(files, "/c/envs/x")
    assert found is not None
    assert (found.health, found.problem) == ("broken", "conda recorded Python 3.11.9 in it, but there is no interpreter. Recreate it.")


PIXI = '{"manifest_path": "/p/pixi.toml", "environment_name": "test", "pixi_version": "0.39.4", "environment_lock_file_hash": "x"}'


def test_pixi() -> None:
    files = conda("/p/.pixi/envs/test") | {"/p/.pixi/envs/test/conda-meta/pixi": PIXI, "/p/pixi.toml": ""}
    found = at(files, "/p/.pixi/envs/test")
    assert found is not None
    assert (found.kind, found.name, found.project, found.version) == ("pixi", "test", "/p", "3.11.9")


@pytest.mark.parametrize("noted", [b"", b"{", b"[]", b"\xff", PIXI.encode()])
def test_pixi_elsewhere_and_with_a_note_nobody_can_read(noted: bytes) -> None:
    files = conda("/cache/p-1/envs/default") | {"/cache/p-1/envs/default/conda-meta/pixi": noted, "/p/pixi.toml": ""}
    found = at(files, "/cache/p-1/envs/default")
    assert found is not None
    assert (found.kind, found.project) == ("pixi", "/p" if noted == PIXI.encode() else None)


def test_tox_and_nox_are_listed_and_keep_theirs_to_themselves() -> None:
    files = venv("/p/.tox/py312") | venv("/p/.nox/tests") | venv("/p/.venv") | {"/elsewhere/x/.tox-info.json": "{}"} | venv("/elsewhere/x")
    found = gather(MemoryFiles(files), ["/p/.tox/py312", "/p/.nox/tests", "/p/.venv", "/elsewhere/x"]).environments
    assert [(one.kind, one.tool_owned) for one in found] == [("tox", True), ("nox", True), ("venv", False), ("tox", True)]


def test_a_bare_python_is_one_only_where_it_is_named() -> None:
    files: dict[str, Content] = {
        "/opt/py/bin/python3": Link("python3.12"), "/opt/py/bin/python3.12": "", "/opt/py/lib/python3.12/os.py": "",
        "/opt/py/lib/python3.12/site-packages": FOLDER,
    }  # fmt: skip
    assert at(files, "/opt/py") is None
    found = at(files, "/opt/py", expected=True)
    assert found is not None
    assert (found.kind, found.version, found.tool_owned) == ("system", "3.12", True)
    assert found.site_packages == ("/opt/py/lib/python3.12/site-packages",)
    built = {path.replace("/opt/py", "/home/me/.pyenv/versions/3.12.4"): content for path, content in files.items()}
    of_pyenv = at(built, "/home/me/.pyenv/versions/3.12.4", expected=True)
    assert of_pyenv is not None
    assert of_pyenv.kind == "pyenv"
    assert at({"/opt/py/bin/python3": "", "/opt/py/lib": FOLDER}, "/opt/py", expected=True) is None


def ask(
    files: Mapping[str, Content],
    environ: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
    platform: str = "linux",
) -> Query:
    return Query(MemoryFiles({"/h/me": FOLDER, "/p": FOLDER, **files}), environ or {}, "/h/me", platform, "/p", stating(stated or {}))


def chosen(question: Query) -> list[tuple[str, str]]:
    """What ``expectations`` makes of the places: those at which an environment stands."""
    return [
        (found.prefix, place.reason)
        for place in places(question)
        if (found := recognise(question.files, place.prefix, expected=True)) is not None
    ]


YML = {"environment.yml": "name: sci\ndependencies: [python]\n"}


@pytest.mark.parametrize(
    ("files", "environ", "where"),
    [
        (conda("/h/me/miniforge3/envs/sci"), {}, "/h/me/miniforge3/envs/sci"),
        (conda("/x/envs/sci"), {"CONDA_EXE": "/x/bin/conda"}, "/x/envs/sci"),
        (conda("/x/envs/sci"), {"MAMBA_ROOT_PREFIX": "/x"}, "/x/envs/sci"),
        (conda("/x/envs/sci"), {"CONDA_PREFIX": "/x/envs/other"}, "/x/envs/sci"),
        (conda("/data/sci"), {"CONDA_ENVS_PATH": "/nowhere:/data"}, "/data/sci"),
        (conda("/y/envs/sci") | {"/h/me/.conda/environments.txt": "/y/envs/other\n/y/envs/sci\n"}, {}, "/y/envs/sci"),
        (conda("/data/sci") | {"/h/me/.condarc": "channels:\n  - x\nenvs_dirs:\n  - ~/e # mine\n  - '$D'\nauto: true\n"}, {"D": "/data"}, "/data/sci"),
        (conda("/data/sci") | {"/h/me/.condarc": "envs_dirs: [/data, /b]\n"}, {}, "/data/sci"),
        (conda("/odd/place") | {"/odd/place": FOLDER}, {"CONDA_PREFIX": "/odd/place", "CONDA_DEFAULT_ENV": "sci"}, "/odd/place"),
        (conda("/p/.conda") | conda("/h/me/miniforge3/envs/sci"), {}, "/p/.conda"),
    ],
)  # fmt: skip
def test_where_conda_keeps_what_environment_yml_names(files: dict[str, Content], environ: dict[str, str], where: str) -> None:
    found = chosen(ask(files, environ, YML))
    assert [prefix for prefix, _ in found][:1] == [where]
    assert chosen(ask(files, environ)) == []


def test_conda_lists_no_folder_of_environments() -> None:
    question = ask(conda("/h/me/miniforge3/envs/sci") | conda("/h/me/miniforge3/envs/private"), {}, YML)
    list(places(question))
    assert isinstance(question.files, MemoryFiles)
    assert not [path for path in question.files.reads if path.endswith("envs") or "private" in path]


@pytest.mark.parametrize("name", ["base", "../x", "/x", "", "~", "[a]", "a b", ".."])
def test_a_name_that_is_none_leads_nowhere(name: str) -> None:
    assert list(places(ask({}, {"CONDA_EXE": "/x/bin/conda"}, {"environment.yml": f"name: {name}\ndependencies: [python]\n"}))) == []


def test_an_environment_in_the_folder_goes_before_a_distant_one_where_the_project_is_not_condas_alone() -> None:
    files = conda("/h/me/miniforge3/envs/sci") | venv("/p/.venv")
    assert chosen(ask(files, {}, YML | {"pyproject.toml": ""})) == []
    assert chosen(ask(files, {}, YML)) != []


def test_conda_folders_on_windows() -> None:
    files = MemoryFiles({"C:/h/me": FOLDER, "C:/p": FOLDER}, windows=True)
    found = list(searched(Query(files, {"LOCALAPPDATA": "C:\\h\\me\\AppData\\Local"}, "C:\\h\\me", "win32", "C:\\p", stating(YML))))
    assert "C:\\h\\me\\miniconda3\\envs" in found
    assert "C:\\h\\me\\AppData\\Local\\miniconda3\\envs" in found
    assert not [one for one in found if one.startswith("/")]


def test_pixi_keeps_its_environments_in_the_workspace() -> None:
    files = conda("/p/.pixi/envs/default") | conda("/p/.pixi/envs/cuda")
    assert chosen(ask(files)) == []
    assert [prefix for prefix, _ in chosen(ask(files | {"/p/pixi.toml": ""}))] == ["/p/.pixi/envs/default"]
    assert [prefix for prefix, _ in chosen(ask(files, {}, {"pyproject.toml": {"tool": {"pixi": {}}}}))] == ["/p/.pixi/envs/default"]
    active = {"PIXI_PROJECT_ROOT": "/p", "PIXI_ENVIRONMENT_NAME": "cuda"}
    assert [prefix for prefix, _ in chosen(ask(files | {"/p/pixi.toml": ""}, active))] == ["/p/.pixi/envs/cuda"]
    outside = {"PIXI_PROJECT_ROOT": "/p", "PIXI_ENVIRONMENT_NAME": "../../x"}
    assert [prefix for prefix, _ in chosen(ask(files | {"/p/pixi.toml": ""}, outside))] == ["/p/.pixi/envs/default"]


def pyenv(root: str = "/h/me/.pyenv") -> dict[str, Content]:
    real = f"{root}/versions/3.12.4/envs/web"
    return venv(real) | {f"{root}/versions/web": Link(real), f"{root}/versions/3.12.4/bin/python": ""}


@pytest.mark.parametrize(
    ("files", "environ", "where"),
    [
        (pyenv() | {"/p/.python-version": "web\n"}, {}, ["/h/me/.pyenv/versions/web"]),
        (pyenv() | {"/.python-version": "# ours\n3.12.4 web\n"}, {}, ["/h/me/.pyenv/versions/web"]),
        (pyenv() | {"/p/.python-version": "3.12.4/envs/web"}, {}, ["/h/me/.pyenv/versions/3.12.4/envs/web"]),
        (pyenv("/opt/pyenv") | {"/p/.python-version": "web\n"}, {"PYENV_ROOT": "/opt/pyenv"}, ["/opt/pyenv/versions/web"]),
        (pyenv() | {"/p/.python-version": "3.12.4\n"}, {"PYENV_VERSION": "web"}, ["/h/me/.pyenv/versions/web"]),
        (pyenv() | {"/p/.python-version": "3.12.4\n", "/.python-version": "web\n"}, {}, []),
        (pyenv() | {"/p/.python-version": "../versions/web\n"}, {}, []),
        (pyenv() | {"/p/.python-version": "/h/me/.pyenv/versions/web\n"}, {}, []),
        (pyenv() | venv("/h/me/.pyenv/envs/x") | {"/p/.python-version": "../envs/x\n"}, {}, []),
        (pyenv(), {}, []),
        ({"/p/.python-version": "web\n"}, {}, []),
    ],
)
def test_a_virtual_environment_of_pyenv_by_its_name(files: dict[str, Content], environ: dict[str, str], where: list[str]) -> None:
    found = chosen(ask(files, environ))
    assert [prefix for prefix, _ in found] == where
    assert all("pyenv manages it" in reason for _, reason in found)


def test_an_environment_of_pyenv_may_be_installed_into() -> None:
    from venvls.model.installable import refusal

    view = MemoryFiles(pyenv())
    assert refusal(recognise(view, "/h/me/.pyenv/versions/web", expected=True), view) is None


@pytest.mark.parametrize(
    ("project", "environ", "found"),
    [
        ("/p\n", {}, True), ("/q\n", {}, False), ("p", {}, False), ("", {}, False), ("/alias", {}, True),
        ("/p", {"WORKON_HOME": "~/.virtualenvs"}, True), ("/p", {"WORKON_HOME": "/elsewhere"}, False),
    ],
)  # fmt: skip
def test_virtualenvwrapper_by_its_note_of_the_project(project: str, environ: dict[str, str], found: bool) -> None:
    files = venv("/h/me/.virtualenvs/p") | {"/h/me/.virtualenvs/p/.project": project, "/alias": Link("/p")}
    assert [prefix for prefix, _ in chosen(ask(files, environ))] == (["/h/me/.virtualenvs/p"] if found else [])
    assert chosen(ask(files | venv("/p/.venv"), environ)) == []


@pytest.mark.parametrize(
    ("rc", "first"),
    [
        ("layout python3\n", "python-3.12"), ("  layout python\n", "python-3.12"), ("layout_python\n", "python-3.12"),
        ("layout python python3.9\n", "python-3.9.18"), ("layout pyenv 3.9.18\n", "python-3.9.18"), ("layout python3.9", "python-3.9.18"),
        ("# layout python\n", None), ("use nix\n", None), ("layout ruby\n", None), ("", None),
    ],
)  # fmt: skip
def test_direnvs_layout(rc: str, first: str | None) -> None:
    files = venv("/p/.direnv/python-3.9.18") | venv("/p/.direnv/python-3.12") | {"/p/.direnv/bin": FOLDER, "/p/.envrc": rc}
    found = [prefix for prefix, _ in chosen(ask(files))]
    assert found[:1] == ([f"/p/.direnv/{first}"] if first else [])


def test_each_kind_can_be_switched_off_and_asks_nothing_of_a_person_without_it() -> None:
    question = ask(pyenv() | {"/p/.python-version": "web\n"})
    assert list(places(question, lambda name: name != "pyenv")) == []
    plain = ask({})
    assert list(places(plain)) == []
    assert isinstance(plain.files, MemoryFiles)
    assert [path for path in plain.files.reads if not path.startswith("/p/.")] == ["/h/me/.virtualenvs/p/.project"]
