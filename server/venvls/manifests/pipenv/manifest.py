"""Pipfile → requirements: ``[packages]``, ``[dev-packages]`` (the group ``dev``) and categories of one's own (groups of their name).

``[requires]`` is what is required of the Python. Facts for the tool and its environments: the plain table ``[pipenv]``. Source: Pipenv
``utils/pipfile.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.manifests.keyed import edits as keyed_edits
from venvls.manifests.keyed.requirement import Part, Stated, keyed_requirement
from venvls.manifests.keyed.spans import entry_span, entry_statement, inner, key_inner
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml import Path, TomlText, read
from venvls.model.action import TextEdit
from venvls.model.families import PipenvFile
from venvls.model.hints import Any
from venvls.model.limits import allow
from venvls.model.manifest import Group, Manifest, Option, Own, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import BUILD, MAIN, Requirement, Scope
from venvls.model.text import Span, Text
from venvls.standards.conditions import VARIABLES
from venvls.standards.markers import marker_error

FORMAT = "Pipfile"
NO_CATEGORIES = frozenset({"build-system", "pipenv", "pipfile", "requires", "scripts", "source", "sources"})
"""Sections that hold no packages."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?P<extras>\[[A-Za-z0-9._, -]*\])?")
_OPERATOR = re.compile(r"[<>=!~]")
_PLAIN = frozenset({"version", "extras"})
"""Keys of an entry without a source and without conditions: nearly all of them."""
_VCS = ("git", "hg", "svn", "bzr")
_COMPARISON = re.compile(r"(===|==|~=|!=|<=|>=|<|>|not\s+in\b|in\b)\s*['\"]?([^'\"]*?)['\"]?")


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the Pipfile at ``path`` states. Never raises."""
    draft = _Draft(read(text.source))
    _latest[:] = [draft.toml]
    for section in draft.sections():
        scope = MAIN if section == "packages" else Scope("group", "dev" if section == "dev-packages" else canonical(section))
        if scope.name is not None:
            draft.groups.append(Group(scope.name, section, draft.toml.key_span((section,)) or Span(0, 0)))
        packages = draft.table((section,))
        allow(len(draft.requirements) + len(packages))
        for name, value in packages.items():
            draft.requirement((section, name), name, value, scope)
    draft.build()
    draft.python()
    draft.sources()
    pipenv = draft.toml.get(("pipenv",))
    header = draft.toml.table(("packages",)) or next(iter(draft.toml.statements), None)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted((requirement for _, requirement in draft.requirements), key=lambda requirement: requirement.span)),
        options=tuple(draft.options),
        problems=tuple(sorted(draft.problems, key=lambda problem: problem.span)),
        groups=tuple(draft.groups),
        requires_python=draft.requires_python,
        first_statement=header.span if header is not None else Span(0, 0),
        complete=draft.toml.complete,
        own=Own(pipenv=PipenvFile(pipenv if isinstance(pipenv, dict) else {})),
    )


_latest: list[TomlText] = []
"""The Pipfile that was read last: its lock is compared with it right after."""


def values(text: Text) -> Mapping[str, Any]:
    """What a Pipfile says, as plain values; the one that was read last is not read again."""
    latest = next(iter(_latest), None)
    return (latest if latest is not None and latest.source is text.source else read(text.source)).value


def insert_requirement(manifest: Manifest, text: str, scope: Scope = MAIN) -> TextEdit:
    """A package more at the end of its section, which is made where it is missing."""
    toml = read(manifest.text.source)
    if scope.kind not in ("main", "group"):
        return keyed_edits.nothing(manifest)
    spelled = (group.name for group in manifest.groups if group.key == scope.name)
    section = "packages" if scope.name is None else next(spelled, "dev-packages" if scope.name == "dev" else scope.name)
    return keyed_edits.insert(manifest, toml, (section,), text)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions for a package, in the place of those it has."""
    return keyed_edits.replace_specifier(manifest, _find(manifest, requirement), requirement, new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """A package taken out with its line, or with the table that is its own."""
    return keyed_edits.remove(manifest, _find(manifest, requirement), requirement)


def _find(manifest: Manifest, requirement: Requirement) -> tuple[TomlText, Path] | None:
    draft = _Draft(read(manifest.text.source))
    for section in draft.sections():
        for name, value in draft.table((section,)).items():
            draft.requirement((section, name), name, value, MAIN)
    return next(((draft.toml, path) for path, other in draft.requirements if other.span == requirement.span), None)


class _Draft:
    """What has been read so far."""

    def __init__(self, toml: TomlText) -> None:
        self.toml = toml
        self.requirements: list[tuple[Path, Requirement]] = []
        self.options: list[Option] = []
        self.problems: list[Problem] = [toml.problem] if toml.problem else []
        self.groups: list[Group] = []
        self.requires_python: PythonBound | None = None

    def sections(self) -> list[str]:
        """The sections that hold packages, in the file's order."""
        return [name for name, value in self.toml.value.items() if name not in NO_CATEGORIES and isinstance(value, dict)]

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at ``path``; an empty one where there is none."""
        value = self.toml.get(path)
        return value if isinstance(value, dict) else {}

    def wrong(self, span: Span, message: str, code: str = "invalid-requirement") -> str:
        """Notes a problem; gives its sentence."""
        self.problems.append(Problem(code, message, span))
        return message

    def requirement(self, path: Path, name: str, value: object, scope: Scope) -> None:
        """Adds the package at ``path``."""
        match = _NAME.fullmatch(name)
        if match is None:
            self.wrong(key_inner(self.toml, path), f"`{name}` is not a valid package name.")
            return
        if not isinstance(value, (str, dict)):
            self.wrong(self.toml.span_of(path) or Span(0, 0), 'A package must have a version in quotes, such as "*" or ">=2", or a table.')
            return
        section: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
        version_path: Path = (*path, "version") if isinstance(value, dict) else path
        problem, marker = self.marker(path, section)
        url = self.url(path, section)
        versions = section.get("version", "*") if url is None else "*"
        specifier = _specifier(versions) if isinstance(versions, str) else None
        if specifier is None:
            problem = self.wrong(
                inner(self.toml, version_path), f"`{versions}` is not a valid version; write, for example, *, ==1.2 or >=1.2,<2."
            )
        wanted = section.get("extras")
        extras = [extra for extra in wanted if isinstance(extra, str)] if isinstance(wanted, list) else []
        bare = name
        if match["extras"]:
            bare = name[: match.start("extras")]
            extras += [extra.strip() for extra in match["extras"][1:-1].split(",") if extra.strip()]
        stated = Stated(
            name=Part(bare, key_inner(self.toml, path)),
            span=entry_span(self.toml, path, path),
            statement=entry_statement(self.toml, path, path),
            extras=tuple(extras),
            extras_span=self.toml.span_of((*path, "extras")) if wanted else None,
            specifier=Part(specifier, inner(self.toml, version_path)) if specifier else None,
            url=url,
            marker=marker,
            editable=section.get("editable") is True,
            error=problem,
            # Pipenv installs what is there by the name that it says, and wrote hashes as keys itself.
            label=any(isinstance(section.get(key), str) for key in ("path", "file")),
        )
        self.requirements.append((path, keyed_requirement(stated, scope)))

    def marker(self, path: Path, section: Mapping[str, Any]) -> tuple[str | None, Part | None]:
        """``markers`` and the keys that are markers' variables, together; a problem's sentence first, where one cannot be understood."""
        parts: list[tuple[str, str]] = []
        if section.keys() <= _PLAIN:
            return None, None
        for key in ("markers", "os_markers", *sorted(VARIABLES & section.keys())):
            value = section.get(key)
            if not isinstance(value, str) or not value.strip():
                continue
            text = value
            if key in VARIABLES:
                match = _COMPARISON.fullmatch(value.strip())
                text = f"{key} {match[1]} '{match[2]}'" if match else f"{key} {value}"
            if wrong := marker_error(text):
                message = f"{wrong.message[:1].upper()}{wrong.message[1:].rstrip('.')}."
                return self.wrong(inner(self.toml, (*path, key)), message), None
            parts.append((key, text))
        if not parts:
            return None, None
        text = parts[0][1] if len(parts) == 1 else " and ".join(f"({text})" for _, text in parts)
        return None, Part(text, inner(self.toml, (*path, parts[0][0])))

    def url(self, path: Path, section: Mapping[str, Any]) -> Part | None:
        """Where the package comes from, when not from an index: as PEP 508 writes it, or a path as written."""
        if section.keys() <= _PLAIN:
            return None
        from venvls.manifests.pep508.repository import repository_url

        for key in (*_VCS, "path", "file", "url"):
            value = section.get(key)
            if not isinstance(value, str):
                continue
            folder, reference = section.get("subdirectory"), section.get("ref")
            if key in _VCS:
                value = value.partition("#egg=")[0]
                value = value if value.startswith(f"{key}+") else f"{key}+{repository_url(value)}"
                value = f"{value}@{reference}" if isinstance(reference, str) and reference else value
            if isinstance(folder, str) and folder:
                value = f"{value}#subdirectory={folder}"
            return Part(value, inner(self.toml, (*path, key)))
        return None

    def build(self) -> None:
        """``[build-system] requires``: installed before anything is built, by name."""
        listed = self.toml.get(("build-system", "requires"))
        for number, value in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(value, str):
                span = inner(self.toml, ("build-system", "requires", number))
                parsed = parse_requirement(value.strip(), lenient_path=False)
                self.requirements.append((("build-system", "requires", number), Requirement(parsed, span, span, BUILD)))

    def python(self) -> None:
        """``python_full_version``, else ``python_version``; ``*`` and nothing mean any."""
        for key in ("python_full_version", "python_version"):
            value = self.toml.get(("requires", key))
            if value is None or value in ("", "*"):
                continue
            place = inner(self.toml, ("requires", key))
            match = re.fullmatch(r"[ \t]*(?:==)?[ \t]*(\d+(?:\.\d+)*)[ \t]*", value) if isinstance(value, str) else None
            if match is not None:
                whole = match[1].count(".") >= 2
                self.requires_python = PythonBound(f"=={match[1]}" if whole else f"=={match[1]}.*", place)
            elif isinstance(value, str) and (bound := _specifier(value)):
                self.requires_python = PythonBound(bound, place)
            else:
                self.wrong(place, f'`{key}` must be a version in quotes, such as "3.12".')
            return

    def sources(self) -> None:
        """Indexes in addition to PyPI's, as the option a person knows them by."""
        listed = self.toml.get(("source",))
        for number, source in enumerate(listed if isinstance(listed, list) else ()):
            url = source.get("url") if isinstance(source, dict) else None
            if isinstance(url, str) and not url.rstrip("/").endswith("pypi.org/simple"):
                name = "--index-url" if number == 0 else "--extra-index-url"
                self.options.append(Option(name, url, inner(self.toml, ("source", number, "url"))))


def _specifier(version: str) -> str | None:
    """A package's version as a specifier set; ``""`` for any, ``None`` where it is none. A bare version means exactly that one."""
    text = version.strip()
    if text in ("", "*"):
        return ""
    text = text if _OPERATOR.match(text) else f"=={text}"
    parsed = parse_requirement(f"x{text}", lenient_path=False)
    return parsed.specifier if parsed.error is None and parsed.marker is None and parsed.url is None else None
