"""What is true of an import or a requirement, by others than us: the environment's own interpreter (``find_spec``), Python's own parser,
the metadata that the project was built with. It says of each difference between two programs who is right."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ASK = """
import importlib.metadata, importlib.util, json, os, sys
wanted, root = json.load(sys.stdin)
standard = sorted({*sys.stdlib_module_names, *sys.builtin_module_names})
owners = {}
for distribution in importlib.metadata.distributions():
    for file in distribution.files or ():
        name = file.parts[0]
        if name.endswith((".py", ".so", ".pyd")):
            name = name.split(".")[0]
        owners.setdefault(name, []).append(distribution.metadata["Name"])
needs = {d.metadata["Name"]: d.requires or [] for d in importlib.metadata.distributions()}
def starts(file):
    return str(file).endswith(".pth") or (file.parts[0] == ".." and file.parent.name.lower() in ("bin", "scripts"))
programs = [d.metadata["Name"] for d in importlib.metadata.distributions() if d.entry_points or any(map(starts, d.files or ()))]
kept = list(sys.path)
places = {}
for folder, name in wanted:
    sys.path[:] = [os.path.join(root, folder), root, os.path.join(root, "src"), *kept]
    sys.path_importer_cache.clear()
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    if spec is not None:
        places[folder + ":" + name] = spec.origin or next(iter(spec.submodule_search_locations or ()), "")
print(json.dumps([standard, owners, needs, programs, places]))
"""
_ASIDE = re.compile(
    r"(^|/)(docs?|documentation|doc_?src|docs_src|examples?|samples?|demos?|fixtures?|test_?data|test-data|data|resources|benchmarks?|"
    r"_?vendor(ed)?|third_party|extern|templates?|contrib|ci|recipes|build|dist|misc|playground|packages|cases|typing|extra)/"
)
_DEVELOPERS = re.compile(r"(^|/)(tests?|t|testing|_tests|_testing)/|(^|/)(conftest|test_[^/]*|[^/]*_tests?)\.py$")
_TEST_FILE = re.compile(r"(^|/)(conftest\.[^/]*|test_[^/]*|[^/]*_tests?\.py)$")
_SETTINGS = re.compile(
    r"(^|/)(?!setup\.cfg|environment\.ya?ml|uv\.lock|poetry\.lock|pyproject\.toml|PKG-INFO)[^/]*\.(ya?ml|cfg|ini|toml|sh)$|(^|/)(Makefile|Dockerfile|justfile)$"
)
_BUILDS = re.compile(r"(^|/)(setup|hatch_build|pdm_build|noxfile|tasks|build|versioneer|fabfile|dodo)\.py$")
_OF_OTHER_PYTHONS = frozenset({"_interpreters", "_interpqueues", "_interpchannels", "commands", "StringIO", "urllib2", "distutils", "imp"})


class Place(NamedTuple):
    """One import statement of a file: ``optional`` is why it need not succeed, empty where it has to; ``lazy``: only a function runs it."""

    module: str
    optional: str
    lazy: bool = False


class Truth:
    """What is true in one project. ``wanted`` are the files and modules that will be asked about."""

    def __init__(self, root: Path, wanted: Iterable[tuple[str, str]]) -> None:
        self.root = root
        pairs = sorted({(folder, module) for path, module in wanted for folder in ("", os.path.dirname(path))})
        interpreter = next(path for path in (root / ".venv/bin/python", root / ".venv/Scripts/python.exe") if path.exists())
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [str(interpreter), "-c", _ASK]
        done = subprocess.run(
            command, input=json.dumps([pairs, str(root)]), capture_output=True, text=True, check=True, cwd=root.parent, env=environ
        )
        standard, owners, needs, programs, places = json.loads(done.stdout.splitlines()[-1])
        self.standard = frozenset(standard)
        self.owners = {module: frozenset(map(canonicalize_name, names)) for module, names in owners.items()}
        self.needs = {canonicalize_name(name): needed for name, needed in needs.items()}
        self.programs = frozenset(map(canonicalize_name, programs))
        self.places: dict[str, str] = places
        self._files = list(_files(root))
        lists = [path for path in self._files if "requirements" in str(path.relative_to(root)) and path.suffix in (".txt", ".in")]
        self._lists = [path.read_text("utf-8", "replace") for path in lists]
        self.main, self.aside = _declared(root, lists)
        project = _document(root).get("project", {})
        self.certain = bool(project) and "dependencies" not in project.get("dynamic", ())
        self.not_here = frozenset(
            _not_here([*_lines(root), *(line for path in lists for line in path.read_text("utf-8", "replace").splitlines())])
        )
        self.own = frozenset(self._own_names())
        self._parsed: dict[str, list[Place] | None] = {}

    def _own_names(self) -> Iterator[str]:
        document = _document(self.root)
        for table in (document.get("project", {}), document.get("tool", {}).get("poetry", {})):
            if isinstance(name := table.get("name"), str):
                yield canonicalize_name(name)
        metadata = self.root / "PKG-INFO"
        if metadata.exists() and (stated := re.search(r"(?m)^Name: *(\S+)", metadata.read_text("utf-8"))):
            yield canonicalize_name(stated[1])

    def imports(self, path: str) -> list[Place] | None:
        """The imports of a file; ``None`` where this Python cannot parse it."""
        if path not in self._parsed:
            self._parsed[path] = _imports(self.root / path)
        return self._parsed[path]

    def of_import(self, kind: str, module: str, path: str, *, alone: bool) -> tuple[bool | None, str]:
        """Whether it is right to report the import in that way, and why; ``None`` where that depends on what nobody here can know.
        ``alone`` says that we alone report it: then no doubt counts for us."""
        place = self._place(path, module)
        statements = [each for each in self.imports(path) or () if each.module == module]
        if module in self.standard or module in _OF_OTHER_PYTHONS:
            return False, "a module of the standard library" + ("" if module in self.standard else " of other versions")
        if self.imports(path) is None:
            return None, "this Python cannot parse the file"
        if not statements:
            return False, "the file has no such import"
        if place is not None and self._is_own(place, module):
            return False, "a module of the project's own"
        reasons = [statement.optional for statement in statements if statement.optional]
        if len(reasons) == len(statements):
            return False, reasons[0]
        if reasons and kind == "missing" and all(statement.lazy for statement in statements if not statement.optional):
            return False, f"the file does without it ({reasons[0]}), and only a function imports it once more"
        if (known := self._known(kind, module, path, place)) is not None:
            return False, known
        doubt = "" if alone else self._doubt(kind, module, path, reasons)
        return (None, doubt) if doubt else self._of_required(kind, module, path, place)

    def _place(self, path: str, module: str) -> str | None:
        """Where an import in a file finds a module. A module of a package that is called as another one does not import itself."""
        folder = os.path.dirname(path)
        place = self.places.get(f"{folder}:{module}")
        is_itself = place == str(self.root / path) and (self.root / folder / "__init__.py").exists()
        return self.places.get(f":{module}") if is_itself else place

    def _known(self, kind: str, module: str, path: str, place: str | None) -> str | None:
        """Why it is wrong to report the import in that way, whatever is not known of it."""
        owners = self.owners.get(module, frozenset())
        if kind == "missing" and place is not None:
            return "`find_spec` finds it"
        if kind == "development" and not self._ships(path):
            return "the file does not ship: what is for developers is there for it"
        if kind == "development" and module in self._tried:
            return "other files of the project do without it"
        if kind == "undeclared" and owners & self.main:
            return "the project requires it"
        if kind == "undeclared" and owners & self.aside:
            return "an extra, a group or a list of requirements declares it"
        if "# /// script" in (self.root / path).read_text("utf-8", "replace"):
            return "a script with requirements of its own, which runs where these are installed"
        if _DEVELOPERS.search(path) and self._names_for_tests(module):
            return "tox or nox installs it where the tests run"
        if not self._ships(path) and any(path in text for text in self._of_runners):
            return "tox or nox runs the file where it installs what it needs"
        if path in ("setup.py", "hatch_build.py", "pdm_build.py") and canonicalize_name(module) in self._for_builds:
            return "a build runs the file, and is given it by `[build-system] requires`"
        return self._elsewhere(kind, module, path, place)

    def _elsewhere(self, kind: str, module: str, path: str, place: str | None) -> str | None:
        """Why what this environment has says nothing of the import, as far as the project's files tell."""
        if not self._ships(path) and (folder := self._of_its_own(path)) is not None:
            return f"`{folder}` says what is installed for the file"
        if path.endswith("docs/conf.py") and "sphinx" not in self.needs:
            return "Sphinx runs the file, and it is not installed here"
        if kind == "missing" and place is None and (own := self._own_modules.get(module)):
            return f"a module of the project's own, in `{own}`"
        if kind == "missing" and _DEVELOPERS.search(path) and _makes(module, self._text(path)):
            return "the test makes the module: a string of it names its file"
        return None

    def _text(self, path: str) -> str:
        return (self.root / path).read_text("utf-8", "replace")

    def _of_its_own(self, path: str) -> str | None:
        """The list of requirements or the project of its own in a file's folder, or above it below the project's root."""
        folder = os.path.dirname(path)
        while folder:
            for name in sorted(os.listdir(self.root / folder)):
                if name in ("pyproject.toml", "setup.py") or re.fullmatch(r"[\w-]*requirements[\w.-]*\.(txt|in)", name):
                    return f"{folder}/{name}"
            folder = os.path.dirname(folder)
        return None

    @cached_property
    def _for_builds(self) -> frozenset[str]:
        """What a build is given: without a statement that is setuptools (PEP 517)."""
        requires = _document(self.root).get("build-system", {}).get("requires", ["setuptools"])
        return frozenset(canonicalize_name(_name(str(line))) for line in requires if isinstance(requires, list))

    @cached_property
    def _own_modules(self) -> dict[str, str]:
        """The folder of each module and package of the project's that is inside no other package, by name; of several the first."""
        modules: dict[str, str] = {}
        files = frozenset(self._files)
        for path in sorted(files):
            own = path.parent if path.name == "__init__.py" else path
            if path.suffix == ".py" and own.parent / "__init__.py" not in files:
                modules.setdefault(own.stem, own.parent.relative_to(self.root).as_posix() if own != self.root else ".")
        return modules

    @cached_property
    def _tried(self) -> frozenset[str]:
        """The modules that some file of the project does without."""
        paths = [path.relative_to(self.root).as_posix() for path in self._files if path.suffix == ".py"]
        places = [place for path in paths if not _ASIDE.search(path) for place in self.imports(path) or ()]
        return frozenset(place.module for place in places if place.optional.startswith(("it may fail", "the file first looks")))

    @cached_property
    def _of_runners(self) -> list[str]:
        files = [self.root / name for name in ("tox.ini", "noxfile.py")]
        return [file.read_text("utf-8", "replace") for file in files if file.exists()]

    def _doubt(self, kind: str, module: str, path: str, reasons: list[str]) -> str:
        """Why it is not known whether an import has to succeed."""
        named = canonicalize_name(module)
        if reasons:
            return f"the same file has an import of it that need not succeed ({reasons[0]})"
        if _ASIDE.search(path):
            return "a file of documentation, examples, data or other people's code: what is installed where it runs is not known"
        if _BUILDS.search(path) or path.startswith("."):
            return "a file that a tool runs in an environment of its own"
        if module in self._modules_below:
            return "a module of that name is in the project's folders"
        if _DEVELOPERS.search(path) and not _TEST_FILE.search(path):
            return "a file that tests look at"
        if _DEVELOPERS.search(path) and named not in self.main | self.aside and kind == "missing":
            return "tests make modules of their own"
        if module in ("_cffi_backend", "typing_extensions"):
            return "code that a generator or a type checker reads"
        if kind != "missing" and not self.certain:
            return "the project's requirements are worked out by its build"
        if kind == "undeclared" and self.owners.get(module, frozenset()) & self.with_extras:
            return "an extra that one of the project's lines names brings it, and the line may mean it"
        if (self.owners.get(module, frozenset()) | {named}) & self.not_here:
            return "a line that is for another Python or platform names it"
        return ""

    @cached_property
    def _modules_below(self) -> frozenset[str]:
        folders = {part for path in self._files for part in path.relative_to(self.root).parts[:-1]}
        return frozenset(folders | {path.stem for path in self._files if path.suffix == ".py"})

    @cached_property
    def with_extras(self) -> frozenset[str]:
        """What the extras of installed packages require."""
        lines = [line for needed in self.needs.values() for line in needed if "extra" in line.partition(";")[2]]
        return frozenset(canonicalize_name(_name(line)) for line in lines)

    def _names_for_tests(self, module: str) -> bool:
        texts = [text.lower() for text in self._of_runners]
        words = {canonicalize_name(module), module.lower(), *self.owners.get(module, ())}
        return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words for text in texts)

    def _of_required(self, kind: str, module: str, path: str, place: str | None) -> tuple[bool | None, str]:
        owners = self.owners.get(module, frozenset())
        if kind == "missing":
            if place is not None:
                return False, "`find_spec` finds it"
            declared = bool({canonicalize_name(module)} & (self.main | self.aside))
            return (
                True,
                "declared, and `find_spec` does not find it" if declared else "`find_spec` does not find it, and nothing declares it",
            )
        if place is None:
            return False, "`find_spec` does not find it: it is missing"
        if owners & self.own:
            return False, "a module of the project's own"
        if owners & self.main:
            return False, "the project requires it"
        if owners & self.aside:
            ships = self._ships(path)
            if kind == "development":
                return ships, "an extra or a group alone declares it" + ("" if ships else ", and the file does not ship")
            return False, "an extra, a group or a list of requirements declares it"
        if kind == "development":
            return False, "nothing declares it"
        return bool(owners), "nothing declares it" if owners else "nothing says which distribution it is of"

    def _ships(self, path: str) -> bool:
        top = path.removeprefix("src/").partition("/")[0]
        return not _DEVELOPERS.search(path) and (path.startswith("src/") or canonicalize_name(top) in self.own)

    def _naming(self, words: Iterable[str], *, settings: bool = False) -> str | None:
        """The first file of code that has one of the words, and also of ``settings``, where a line that only requires it does not count."""
        either = "|".join(map(re.escape, words))
        wanted = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")
        required = re.compile(rf"""(?m)^[\s"'-]*(?:{either})[\w\[\],.]*\s*(?:[=<>~!;@].*)?["',\s]*$""")
        for path in sorted(self._files):
            relative = path.relative_to(self.root).as_posix()
            is_code = path.suffix == ".py"
            if is_code or (settings and _SETTINGS.search(relative)):
                text = path.read_text("utf-8", "replace")
                if wanted.search(text if is_code else required.sub("", text)):
                    return relative
        return None

    def of_requirement(self, name: str) -> tuple[bool | None, str]:
        """Whether it is right to say that nothing uses a requirement, and why."""
        if name not in self.main | self.aside:
            return False, "no list of the project's names it"
        needing = [other for other, needed in self.needs.items() if any(canonicalize_name(_name(each)) == name for each in needed)]
        if name not in self.main and (set(needing) - self.own or self._is_compiled(name)):
            return False, "a compiled list names it, for another package that needs it"
        if name in self.own:
            return False, "the project itself"
        if name.startswith("types-") or name.endswith("-stubs"):
            return False, "type stubs, which no code imports"
        if name not in self.needs:
            # Its modules are mostly called as it is: who names them uses it.
            naming = self._naming((name, name.replace("-", "_"), name.replace("-", ".")), settings=True)
            return (False, f"`{naming}` names it") if naming else (None, "it is not installed, so what it provides is not known")
        if name in self.programs:
            return False, "it provides programs or plugins: it is used without an import"
        provides = sorted(module for module, owners in self.owners.items() if name in owners and module.isidentifier())
        if not provides:
            return None, "it provides no module"
        naming = self._naming((*provides, name)) or self._naming(provides, settings=True)
        if naming is not None:
            return False, f"`{naming}` names it"
        if set(needing) - self.own:
            return None, "another package needs it: the line may be there for its version"
        if name not in self.main:
            return None, "an extra or a group alone names it, and no code: an extra may be there for its users, a group for what it runs"
        return True, "no file of code names it"

    def _is_compiled(self, name: str) -> bool:
        """Whether every list that names a package says that another one needs it, as compiling notes it."""
        said = [
            match
            for text in self._lists
            for match in re.finditer(rf"(?m)^{re.escape(name)}[=\[ @][^\n]*\n( +# via[^\n]*(?:\n +#[^\n]*)*)?", text)
        ]
        return bool(said) and all(match[1] is not None and not re.search(r"-r |\.in\b", match[1]) for match in said)

    def _is_own(self, origin: str, module: str) -> bool:
        inside = origin.startswith(str(self.root) + os.sep) and not origin.startswith(str(self.root / ".venv") + os.sep)
        return inside or bool(self.owners.get(module, frozenset()) & self.own)


def _makes(module: str, text: str) -> bool:
    """Whether a string in the text of a test is the name of a module's file or folder."""
    return re.search(rf"""["'/]{re.escape(module)}(?:\.py|/__init__\.py|/)["']""", text) is not None


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]


def _document(root: Path) -> dict[str, dict[str, object]]:
    manifest = root / "pyproject.toml"
    return tomllib.loads(manifest.read_text("utf-8")) if manifest.exists() else {}


def _files(root: Path) -> Iterator[Path]:
    """Every file of the project, without its environment."""
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in (".venv", ".git")]
        yield from (Path(folder, name) for name in files)


def _declared(root: Path, lists: Iterable[Path]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the project itself requires, and those of its extras, groups and files of requirements."""
    main, aside = set[str](), set[str]()
    metadata = root / "PKG-INFO"
    if metadata.exists():
        header = metadata.read_text("utf-8").partition("\n\n")[0]
        for line in re.findall(r"(?m)^Requires-Dist: *(.+)$", header):
            try:
                requirement = Requirement(line)
            except InvalidRequirement:
                continue
            extra = requirement.marker is not None and "extra ==" in str(requirement.marker)
            (aside if extra else main).add(canonicalize_name(requirement.name))
    document = _document(root)
    project = document.get("project", {})
    main |= {canonicalize_name(_name(line)) for line in project.get("dependencies", [])}
    for lines in (*project.get("optional-dependencies", {}).values(), *document.get("dependency-groups", {}).values()):
        aside |= {canonicalize_name(_name(line)) for line in lines if isinstance(line, str)}
    aside |= set(_of_tools(document.get("tool", {})))
    for path in lists:
        aside |= {canonicalize_name(_name(line)) for line in path.read_text("utf-8", "replace").splitlines() if line[:1].isalnum()}
    return frozenset(main), frozenset(aside)


def _lines(root: Path) -> Iterator[str]:
    metadata = root / "PKG-INFO"
    if metadata.exists():
        yield from re.findall(r"(?m)^Requires-Dist: *(.+)$", metadata.read_text("utf-8").partition("\n\n")[0])


def _not_here(lines: Iterable[str]) -> Iterator[str]:
    """The names of those lines of requirements whose marker is false here."""
    for line in lines:
        with suppress(InvalidRequirement):
            requirement = Requirement(line.partition(" #")[0].strip())
            if requirement.marker is not None and "extra" not in str(requirement.marker) and not requirement.marker.evaluate():
                yield canonicalize_name(requirement.name)


def _of_tools(tools: object) -> Iterator[str]:
    """The names that settings of tools list: every key and string below a table whose name tells of dependencies."""
    if isinstance(tools, dict):
        for key, value in tools.items():
            if "dependencies" in str(key) or key == "dev":
                lines = value if isinstance(value, (list, dict)) else []
                yield from (canonicalize_name(_name(line)) for line in lines if isinstance(line, str))
            yield from _of_tools(value)


def _imports(path: Path) -> list[Place] | None:
    try:
        source = path.read_bytes()
        tree = ast.parse(source) if path.suffix != ".ipynb" else ast.parse(_cells(source))
    except (SyntaxError, ValueError, OSError):
        return None
    places: list[Place] = []
    _walk(tree, "", False, places)
    return places


def _cells(source: bytes) -> str:
    cells = [cell for cell in json.loads(source)["cells"] if cell["cell_type"] == "code"]
    lines = [line for cell in cells for line in [*"".join(cell["source"]).splitlines(), ""]]
    return "\n".join("pass" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def _walk(node: ast.AST, optional: str, lazy: bool, places: list[Place]) -> None:
    if isinstance(node, ast.Import):
        places += [Place(alias.name.partition(".")[0], optional, lazy) for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        places.append(Place(node.module.partition(".")[0], optional, lazy))
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
        called, module = ast.unparse(node.func).rpartition(".")[2], node.args[0].value.partition(".")[0]
        if called in ("__import__", "import_module"):
            places.append(Place(module, optional, lazy))
        elif called in ("importorskip", "find_spec"):
            places.append(Place(module, "the file first looks whether it is there", lazy))
    lazy = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                _walk(child, optional or _why_optional(node, name), lazy, places)


def _why_optional(node: ast.AST, part: str) -> str:
    """Why what is in a part of a statement need not succeed."""
    if isinstance(node, ast.Try) and part in ("body", "handlers", "orelse"):
        catching = [ast.unparse(handler.type) if handler.type else "ImportError" for handler in node.handlers]
        if part == "handlers" or any(re.search(r"Import|ModuleNotFound|\bException|BaseException", each) for each in catching):
            return "it may fail: a `try` is around it"
    if isinstance(node, ast.With) and part == "body" and any(re.search(r"suppress|raises", ast.unparse(item)) for item in node.items):
        return "it may fail: its error is suppressed"
    if isinstance(node, ast.If) and part in ("body", "orelse"):
        test = ast.unparse(node.test)
        if test in ("TYPE_CHECKING", "typing.TYPE_CHECKING") and part == "orelse":
            return ""
        if "TYPE_CHECKING" in test:
            return "it is for type checkers alone"
        return "it is under a condition"
    if isinstance(node, ast.Match):
        return "it is under a condition"
    return ""
