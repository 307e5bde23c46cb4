"""One table of settings; the editor's section, ``[tool.venvls]``, the client's package.json and the docs all come from it.

The editor's value wins over the file's; what neither says has the default. Settings that name a program (``Scope`` machine) are never
read from a workspace's file: a checkout must not be able to name what we start (threat T3).
"""

from __future__ import annotations

from venvls.model.finding import SEVERITIES
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.pieces import Mapping, MappingProxyType
from venvls.model.record import NamedTuple
from venvls.model.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KINDS = (
    "venv",
    "virtualenv",
    "uv",
    "poetry",
    "pipenv",
    "pdm",
    "hatch",
    "virtualenvwrapper",
    "pyenv",
    "conda",
    "pixi",
    "tox",
    "nox",
    "direnv",
)
"""The kinds of environments that can be switched off. ``tests/test_settings.py`` compares them with what ``environments`` recognises."""
PROGRAMS = ("uv", "poetry", "pipenv", "pdm", "hatch", "pip-tools", "conda", "pixi", "virtualenv", "tox")
EDITORS_OWN = ("environment.follow",)
"""Settings of editors' clients alone, which are in the same section: the server has no use for them."""
Scope = Literal["machine", "resource"]
_MOST_PROBLEMS = 20
_LONGEST_NAME = 60
_LARGEST = 1_000_000
"""More folders deep, or seconds, than anybody means: an `inf` or a number of hundreds of digits is no setting."""
_NO_FILES: Mapping[str, Mapping[str, object]] = MappingProxyType({})


class Setting(NamedTuple):
    """One setting: its key below ``venvls.``, JSON type, default, what it does, choices, who may set it. ``*`` stands for any name."""

    key: str
    type: Literal["string", "integer", "number", "boolean", "array"]
    default: object
    doc: str
    choices: tuple[str, ...] = ()
    scope: Scope = "resource"


_RULE_CHOICES = (*SEVERITIES, "off")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "environment.select",
        "string",
        "auto",
        "Whether the interpreter of each project is selected automatically (`auto`), suggested (`ask`), or not changed (`off`).",
        ("auto", "ask", "off"),
    ),
    Setting(
        "environment.names",
        "array",
        [".venv", "venv", "env", ".env"],
        "Folder names of a project's environment, the preferred name first. A new one is `.venv` unless it is given a name.",
    ),
    Setting("search.exclude", "array", [], "Folder names or globs that the search for environments and manifests does not enter."),
    Setting("search.depth", "integer", 12, "How many folders deep the search goes; 0 means no limit."),
    Setting("search.timeout", "number", 30, "After how many seconds the search stops, with a message; 0 means never."),
    Setting("kinds.*", "boolean", True, "Whether environments of this kind are searched for."),
    Setting(
        "sync.tool",
        "string",
        "auto",
        "What installs packages for projects that no tool manages: `auto` means uv if it is found, else pip.",
        ("auto", "pip", "uv"),
    ),
    Setting(
        "sync.onSave",
        "string",
        "off",
        "What happens when a saved manifest and its environment are out of sync: nothing (`off`), a question (`prompt`), a sync (`auto`).",
        ("off", "prompt", "auto"),
    ),
    Setting("sync.groups", "array", [], "Dependency groups that are required in addition to the main requirements and the default groups."),
    Setting("sync.extras", "array", [], "Extras of the project that are required in addition to its main requirements."),
    Setting("rules.*", "string", "", "The severity of this rule, or `off`.", _RULE_CHOICES),
    Setting(
        "imports.check",
        "string",
        "open",
        "Which Python files have their imports checked in an editor: none (`off`), those that are open (`open`), or all (`all`).",
        ("off", "open", "all"),
    ),
    Setting("imports.ignore", "array", [], "Modules about whose imports nothing is reported; a name stands for all that is below it too."),
    Setting(
        "hints.inlay",
        "string",
        "problems",
        "What the editor shows at the end of requirements: nothing (`off`), what is installed instead where that is out of sync "
        "(`problems`), or also what is installed where the line does not say it, and which lines are not for this environment (`all`).",
        ("off", "problems", "all"),
    ),
    Setting(
        "notify.drift",
        "string",
        "on",
        "Whether one message tells when a project goes out of sync by a change outside the editor: another branch, a lock, a terminal.",
        ("on", "off"),
    ),
    Setting("server.python", "string", "", "The Python (3.10 or newer) that runs the server; if empty, the first found.", scope="machine"),
    Setting("tools.*.path", "string", "", "The absolute path of this tool; if empty, the first on PATH.", scope="machine"),
    Setting("trace.server", "string", "off", "Which messages of the server the output channel shows.", ("off", "messages", "verbose")),
)


class Settings(NamedTuple):
    """The settings in force, one typed tree. ``problems`` are sentences about values that were not understood (and left out)."""

    select: str = "auto"
    names: tuple[str, ...] = (".venv", "venv", "env", ".env")
    exclude: tuple[str, ...] = ()
    depth: int = 12
    timeout: float = 30.0
    kinds: Mapping[str, bool] = MappingProxyType({})
    sync_tool: str = "auto"
    sync_on_save: str = "off"
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    rules: Mapping[str, str] = MappingProxyType({})
    server_python: str = ""
    programs: Mapping[str, str] = MappingProxyType({})
    trace: str = "off"
    hints: str = "problems"
    notify_drift: bool = True
    imports: str = "open"
    ignored_imports: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def kind(self, name: str) -> bool:
        """Whether environments of this kind are searched for."""
        return self.kinds.get(name, True)

    def severity(self, code: str, default: str) -> str:
        """The severity of a rule: a severity's name or ``off``."""
        return self.rules.get(code, default)


def read(editor: Mapping[str, object] | None = None, files: Mapping[str, Mapping[str, object]] = _NO_FILES) -> Settings:
    """The settings in force from the editor's section and the ``[tool.venvls]`` tables of ``files``, by the path of each pyproject.toml.

    Each is nested or has dotted keys. A later file wins over an earlier one, and the editor over them all.
    """
    problems: list[str] = []
    values: dict[str, object] = {}
    layers = [(f"[tool.venvls] of {path}", True, table) for path, table in files.items()]
    for where, is_file, layer in (*layers, ("the editor's settings", False, editor or {})):
        wrong: list[str] = []
        for key, value in _flat(layer):
            setting = _setting(key)
            problem = _unknown(key, setting) if is_file or key not in EDITORS_OWN else None
            if problem is None and setting is not None:
                problem = _wrong(setting, key, value, is_file)
            if problem is not None:
                wrong.append(problem)
            elif setting is not None and not (setting.type == "string" and value == "" and not is_file):
                values[key] = value
            if len(wrong) > _MOST_PROBLEMS:
                wrong[-1] = "there are more unknown or invalid settings"
                break
        problems += [f"{where}: {problem}" if problem.endswith("?") else f"{where}: {problem}." for problem in wrong]
    return Settings(
        select=_text(values, "environment.select", "auto"),
        names=_names(values, "environment.names", (".venv", "venv", "env", ".env")),
        exclude=_names(values, "search.exclude", ()),
        depth=int(_number(values, "search.depth", 12)),
        timeout=_number(values, "search.timeout", 30.0),
        kinds=MappingProxyType({key[6:]: value not in (False, "off") for key, value in values.items() if key.startswith("kinds.")}),
        sync_tool=_text(values, "sync.tool", "auto"),
        sync_on_save=_text(values, "sync.onSave", "off"),
        groups=_names(values, "sync.groups", ()),
        extras=_names(values, "sync.extras", ()),
        rules=MappingProxyType({key[6:]: str(value) for key, value in values.items() if key.startswith("rules.")}),
        server_python=_text(values, "server.python", ""),
        programs=MappingProxyType({key[6:-5]: str(value) for key, value in values.items() if key.startswith("tools.")}),
        trace=_text(values, "trace.server", "off"),
        hints=_text(values, "hints.inlay", "problems"),
        notify_drift=_text(values, "notify.drift", "on") == "on",
        imports=_text(values, "imports.check", "open"),
        ignored_imports=_names(values, "imports.ignore", ()),
        problems=tuple(problems),
    )


def _flat(layer: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in layer.items():
        full = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{full}.")
        elif value is not None:
            yield full, value


def _setting(key: str) -> Setting | None:
    parts = key.split(".")
    for setting in SETTINGS:
        pattern = setting.key.split(".")
        if len(pattern) == len(parts) and all(part in ("*", given) for part, given in zip(pattern, parts, strict=True)):
            return setting
    return None


def _unknown(key: str, setting: Setting | None) -> str | None:
    """Why there is no setting of this name, as a sentence without its end; ``None`` where there is one."""
    if setting is None:
        names = [setting.key for setting in SETTINGS if "*" not in setting.key]
        every = (*names, *(setting.key.replace("*", name) for setting in SETTINGS if "*" in setting.key for name in _names_for(setting)))
        return f"there is no setting {_shown(key)}{_near(key, every)}"
    if "*" not in setting.key:
        return None
    place = setting.key.split(".").index("*")
    name, known = key.split(".")[place], _names_for(setting)
    return None if name in known else f"there is no {_CALLED[setting.key]} {_shown(name)}{_near(name, known)}"


_CALLED = {"kinds.*": "kind of environment", "rules.*": "rule", "tools.*.path": "tool"}


def _names_for(setting: Setting) -> tuple[str, ...]:
    """The names that the ``*`` of a setting stands for."""
    if setting.key == "rules.*":
        from venvls.rules import codes

        return codes()
    return KINDS if setting.key == "kinds.*" else PROGRAMS


def _near(name: str, known: Iterable[str]) -> str:
    """The question after an unknown name whether another one was meant."""
    if len(name) > _LONGEST_NAME:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {quoted(near[0])}?" if near else ""


def _shown(name: str) -> str:
    return quoted(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")


def _wrong(setting: Setting, key: str, value: object, is_file: bool) -> str | None:
    """What is wrong with a value, as a sentence without its end; ``None`` where nothing is."""
    if setting.scope == "machine" and is_file:
        return f"{quoted(key)} can only be set in the editor's settings, not by a project"
    wrong = _wrong_value(setting, value)
    return f"{quoted(key)} {wrong}" if wrong is not None else None


def _wrong_value(setting: Setting, value: object) -> str | None:
    """What is wrong with a value, as the end of a sentence; ``None`` where nothing is."""
    if setting.type == "boolean":
        return None if isinstance(value, bool) or value in ("on", "off") else "must be on or off"
    if setting.type in ("integer", "number"):
        # Not NaN either, which is neither below nor above anything.
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
            good = setting.type == "number" or int(value) == value
        else:
            good = False
        return None if good else f"must be a {'whole number' if setting.type == 'integer' else 'number'} from 0 to {_LARGEST:,}"
    if setting.type == "array":
        return None if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value) else "must be a list of strings"
    if not isinstance(value, str):
        return "must be a string"
    if setting.choices and value not in setting.choices and value != setting.default:
        return f"must be one of {', '.join(setting.choices)}"
    return None


def _text(values: Mapping[str, object], key: str, default: str) -> str:
    return str(values.get(key, default))


def _names(values: Mapping[str, object], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = values.get(key)
    return tuple(str(item) for item in names) if isinstance(names, (list, tuple)) else default


def _number(values: Mapping[str, object], key: str, default: float) -> float:
    number = values.get(key, default)
    return float(number) if isinstance(number, (int, float)) else default
