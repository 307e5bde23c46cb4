"""Our reading of what tox's files ask of each environment, against `tox config`; and our verdict on environments that tox made.

tox compares its file with its own record of what it installed (``.tox-info.json``) and never looks into an environment: of a package that
somebody took out it knows nothing. There our word stands alone, and what we propose has to mend it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import InvalidRequirement, Requirement

from tests.differential_tools import stage
from tests.differential_tools.agreements import record
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.small_index import library
from tests.differential_tools.stage import Stage, edited, uv, workspace
from tests.differential_tools.tools import environ, tool
from venvls import manifests, tools
from venvls.manifests.tox import names as tox_names
from venvls.model.action import Plan, Task
from venvls.model.finding import Finding
from venvls.model.manifest import Part
from venvls.model.rule import PlanContext
from venvls.model.text import Text

pytestmark = [pytest.mark.network, pytest.mark.slow]

FILES: dict[str, tuple[str, str, str]] = {
    "plain": ("tox.ini", "[tox]\nenvlist = py311,lint\n[testenv]\ndeps = pytest>=7\n  requests\n[testenv:lint]\ndeps=ruff\n", "py311,lint"),
    "factors": (
        "tox.ini",
        """[tox]
envlist = py{310,311}-django{42,50}, lint
[testenv]
deps =
    pytest
    django42: django>=4.2,<5
    django50: Django>=5,<6
    py310,py311: attrs
    !django42: idna
    py311-django50: six  # both
    !py310-!django42: pluggy
""",
        "py310-django42,py311-django50,py310-django50,lint",
    ),
    "references": (
        "tox.ini",
        """[tox]
env_list = a,b,c
[versions]
six = 1.16
[base]
deps =
    pytest
    a: attrs
    six=={[versions]six}
[testenv]
deps = {[base]deps}
[testenv:b]
deps =
    {[testenv]deps}
    idna-{envname}
[testenv:c]
base = base
""",
        "a,b,c",
    ),
    "files": (
        "tox.ini",
        """[tox]
env_list = a,b
[testenv]
deps =
    -r{toxinidir}/more.txt
    -c {tox_root}/bounds.txt
[testenv:b]
deps = -rmore-{envname}.txt
    -cbounds.txt
""",
        "a,b",
    ),
    "comments and joined lines": (
        "tox.ini",
        """[tox]
env_list = a,b
[testenv]
deps =
    a: foo>=1,\\
       <2
    # whole line
    b: bar

    ; semicolon
    egg @ https://x.invalid/egg.zip\\#sha256=abc   # why
""",
        "a,b",
    ),
    "sections for several": (
        "tox.ini",
        """[tox]
env_list = py{39,310,311}-{unit,e2e}
[testenv]
deps = pytest
[testenv:py{310,311}-e2e]
deps = playwright
[testenv:py39-{unit,e2e}]
deps =
""",
        "py39-unit,py310-unit,py310-e2e,py311-e2e",
    ),
    "bases": (
        "tox.ini",
        """[tox]
env_list = x,y,z
[testenv]
deps = pytest
[common]
deps = attrs
[testenv:x]
base = common
[testenv:y]
base = x
[testenv:z]
base = nothing, common
""",
        "x,y,z",
    ),
    "lists that are true for nobody": (
        "tox.ini",
        """[tox]
env_list = x,y
[testenv]
deps = pytest
[testenv:x]
deps =
   q: attrs
[testenv:y]
base = x
deps = py: six
""",
        "x,y",
    ),
    "defaults of the file": ("tox.ini", "[DEFAULT]\ndeps = idna\n[tox]\nenv_list = x,y\n[testenv]\n[testenv:y]\ndeps =\n", "x,y"),
    "ranges": (
        "tox.ini",
        """[tox]
env_list = py3{10-12}, 3.{9-10}
[testenv]
deps =
   py3{11-}: attrs
   py3{-11}: six
   3.9: idna
""",
        "py310,py311,py312,3.9,3.10",
    ),
    "platforms": (
        "tox.ini",
        "[tox]\nenv_list = a\n[testenv]\ndeps =\n  linux: one\n  win32: two\n  darwin: three\n  linux,win32: four\n  !win32: five\n",
        "a",
    ),
    "line ends of Windows": ("tox.ini", "[tox]\r\nenvlist=a\r\n[testenv]\r\ndeps=\r\n\tfoo\r\n\r\n\tbar>1\r\n\t# c\r\n\tbaz\r\n", "a"),
    "setup.cfg": (
        "setup.cfg",
        "[metadata]\nname = x\n[tox:tox]\nenvlist = a,b\n[testenv]\ndeps = pytest\n    b: attrs\n[testenv:b]\n"
        "deps = {[testenv]deps}\n   six\n",
        "a,b",
    ),
    "legacy_tox_ini": (
        "pyproject.toml",
        '[project]\nname = "x"\nversion = "1"\n[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenv_list = a,b\n[testenv]\ndeps =\n    pytest>=7\n'
        '    b: attrs\n"""\n',
        "a,b",
    ),
    "tox.toml": (
        "tox.toml",
        """env_list = ["a", "b", "c", "d"]
[env_run_base]
deps = ["pytest>=7", "six"]
[env.b]
deps = [{ replace = "ref", of = ["env_run_base", "deps"], extend = true }, "attrs", "-r more.txt", "-c bounds.txt"]
[env.c]
deps = "idna\\nsix"
[env.d]
deps = [
  { replace = "if", condition = "factor.d and not factor.e", then = ["pluggy"], extend = true },
  { replace = "if", condition = "env_name == 'a'", then = ["never"], else = ["other"], extend = true },
  "{env_name}-x",
]
""",
        "a,b,c,d",
    ),
    "tox.toml for several": (
        "tox.toml",
        """env_list = [{product = [["py"], ["a", "b"]]}, "x"]
[env_run_base]
deps = ["base"]
[mine]
deps = ["mine-{env_name}"]
[env_base.gen]
factors = [["310", "311"], ["x"]]
deps = ["gen", { replace = "if", condition = "factor['310']", then = ["old"], extend = true }]
[env.x]
base = ["mine"]
[env."gen-311-x"]
description = "z"
""",
        "py-a,x,gen-310-x,gen-311-x",
    ),
    "tool.tox": (
        "pyproject.toml",
        """[project]
name = "x"
version = "1"
[tool.tox]
env_list = ["a","b"]
env_run_base = { deps = ["pytest", "six"], skip_install = true }
[tool.tox.env.b]
deps = [{ replace = "ref", of = ["tool", "tox", "env_run_base", "deps"], extend = true }, "idna"]
""",
        "a,b",
    ),
}
TOX_INI = """[tox]
env_list = one, two, never-made
[testenv]
package = wheel
dependency_groups = test
deps =
    beta
    two: gamma[more]>=1
    never-made: nowhere-to-be-found
"""


@cache
def program() -> Forking:
    return Forking(tool("tox"), "tox.run:run", ("tox.run", "tox.provision", "tox.tox_env.python.virtual_env.runner", "virtualenv.run"))


def tox(folder: Path, *words: str, files: Path | None = None) -> Done:
    more = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(files), "PIP_DISABLE_PIP_VERSION_CHECK": "1"} if files is not None else {}
    done = program().run([*words], folder, environ(**more))
    assert done.returncode == 0, (words, done.output)
    return done


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage.opened("tox", tmp_path_factory) as found:
        yield found
    program().close()


@pytest.mark.parametrize("name", FILES)
def test_every_environment_is_asked_the_same(name: str, here: Stage) -> None:
    file, text, wanted = FILES[name]
    folder = here.project(name, {"more.txt": "", "more-b.txt": "", "bounds.txt": ""})
    (folder / file).write_bytes(text.encode())
    said = json.loads(tox(folder, "config", "-e", wanted, "-k", "deps", "--format", "json").output)
    path = str(folder / file)
    for env in wanted.split(","):
        part = manifests.parse(path, Text(text), Part("tox", env, sys.platform, path))
        own = [("-e " if one.parsed.editable else "") + one.parsed.text for one in part.requirements]
        files = [f"{'-r' if one.kind == 'requirements' else '-c'} {one.target}" for one in part.includes]
        deps = said["env"][env]["deps"]
        theirs = deps if isinstance(deps, list) else deps.splitlines()
        here.record(name, f"deps of {env}", sorted(map(_plain, (*own, *files))), sorted(_plain(one, folder) for one in theirs), text)
        names = manifests.environments_in(path, Text(text))
        assert names is not None
        assert tox_names.knows(names, env), "an environment that tox lists is judged"


OF_PROJECT: dict[str, tuple[str, str]] = {
    "develop mode": ("tox.ini", """[tox]
env_list = a,b,c,d,e
[testenv]
package = skip
extras = web, Doc_X
[testenv:a]
use_develop = true
extras =
    a: web
    more
[testenv:b]
usedevelop = false
base = developed
dependency_groups = Lint_X
[developed]
use_develop = true
[testenv:c]
base = developed
[testenv:d]
package = deps-only
[testenv:e]
use_develop = true
skip_install = true
"""),
    "develop mode in TOML": ("tox.toml", """env_list = ["a", "b", "c", "d"]
[env_run_base]
use_develop = true
extras = ["web"]
[env.a]
usedevelop = false
package = "skip"
[env.b]
package = "skip"
dependency_groups = ["Lint_X"]
[env.c]
skip_install = true
[env.d]
use_develop = false
package = "editable"
constrain_package_deps = true
"""),
}  # fmt: skip
"""What tox installs of the project itself."""


@pytest.mark.parametrize("name", OF_PROJECT)
def test_what_is_installed_of_the_project(name: str, here: Stage) -> None:
    file, text = OF_PROJECT[name]
    folder = here.project(name, {file: text, "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'})
    keys = ("package", "skip_install", "extras", "dependency_groups")
    for env, said in json.loads(tox(folder, "config", "-k", *keys, "--format", "json").output)["env"].items():
        part = manifests.parse(str(folder / file), Text(text), Part("tox", env, sys.platform, str(folder / file))).own.tox_part
        assert part is not None
        package = said["package"] != "skip" and not said["skip_install"]
        theirs = (package, *(sorted(said.get(key, ())) if package or key != "extras" else [] for key in keys[2:]))
        ours = (part.project.package, sorted((package and part.project.extras) or ()), sorted(part.project.groups or ()))
        here.record(name, f"the project in {env}", ours, theirs, said)


def test_environments_that_tox_made(here: Stage) -> None:
    folder = here.base / "made"
    library(folder, "mine", "1.0", "alpha<2")
    project = folder / "pyproject.toml"
    project.write_text(project.read_text("utf-8") + '[dependency-groups]\ntest = ["epsilon<0.2"]\n', "utf-8")
    (folder / "tox.ini").write_text(TOX_INI, "utf-8")
    tox(folder, "run", "-e", "one,two", "--notest", files=here.files)
    agree(here, "made by tox", folder, [])

    for env, victim, place in (("two", "delta", "tox.ini"), ("one", "epsilon", "pyproject.toml")):
        uv(folder, "pip", "uninstall", "--quiet", "--python", str(folder / ".tox" / env), victim)
        found = agree(here, f"{victim} taken out of {env}", folder, [(env, victim, place)])
        idle = tox(folder, "run", "-e", env, "--notest", files=here.files)
        record(
            "tox",
            "made",
            f"{victim} taken out of {env}, in tox's own eyes",
            "install_deps" in idle.output or "install_dependency-groups" in idle.output,
            _COARSE,
        )
        mended(here, folder, found[0], again=True)

    with edited(folder / "tox.ini", "    beta\n", "    beta\n    stray\n"):
        found = agree(here, "a requirement more", folder, [("one", "stray", "tox.ini"), ("two", "stray", "tox.ini")])
        assert [one.code for one in found] == ["missing-requirement"] * 2
        for one in found:
            mended(here, folder, one, again=False)
        agree(here, "synced", folder, [])


_COARSE = "tox compares its file with its own record; what is installed it does not look at"


def agree(here: Stage, state: str, folder: Path, expected: list[tuple[str, str, str]]) -> list[Finding]:
    """What we find wrong, by environment, package and file; gives it."""
    report = workspace(folder).check()
    found = [one for one in report.findings if ".tox" in Path(one.project or "").parts]
    ours = [(Path(one.environment or "").name, _package(one), Path(one.path).name) for one in found]
    here.record("made", state, sorted(ours), sorted(expected), [one.message for one in found])
    return found


def mended(here: Stage, folder: Path, finding: Finding, *, again: bool) -> None:
    """Does what is offered for a finding, which has to make it go away."""
    plan = planned(here, folder, finding)
    assert ("-r" in plan.steps[0].argv) is again, plan
    tox(Path(plan.steps[0].cwd), *plan.steps[0].argv[1:], files=here.files)
    assert finding.message not in [one.message for one in workspace(folder).check().findings]


def planned(here: Stage, folder: Path, finding: Finding) -> Plan:
    one = workspace(folder)
    facts = one.facts(str(finding.project))
    offered = one.actions(finding)
    assert [action.id for action in offered if action.task is not None] == ["sync-environment"]
    task = offered[0].task
    assert isinstance(task, Task)
    plan = tools.plan(task, PlanContext(facts, {"tox": str(tool("tox"))}, (), str(here.base)))
    assert plan.refusal is None, plan
    return plan


def _package(finding: Finding) -> str:
    named = [word for word in ("delta", "epsilon", "stray") if word in finding.message]
    return named[0] if named else finding.message


def _plain(text: str, folder: Path | None = None) -> str:
    """A line in one spelling: requirements as packaging writes them, paths from the folder."""
    try:
        return str(Requirement(text))
    except InvalidRequirement:
        path = text.replace(str(folder.resolve()), ".") if folder is not None else text
        return re.sub(r"\s+", " ", path.replace("\\", "/")).replace(" ./", " ").strip()
