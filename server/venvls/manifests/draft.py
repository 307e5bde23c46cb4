"""What has been read of a TOML manifest so far, and how the requirements of its lists are added: every table of a tool is read into one.

Below the formats: a tool's table knows this and no file that its table may be in.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml import Path, TomlText
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.limits import allow
from venvls.model.manifest import Defaults, DefaultsByName, Group, Include, Own, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import Requirement, Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping


class Draft:
    """What has been read so far."""

    __slots__ = (
        "_wrong",
        "aside",
        "defaults",
        "defaults_in",
        "dynamic",
        "group_keys",
        "groups",
        "includes",
        "members",
        "name",
        "own",
        "problems",
        "requirements",
        "requires_python",
        "self_extras",
        "toml",
        "tool",
    )

    def __init__(self, toml: TomlText) -> None:
        self.toml = toml
        self.requirements: list[tuple[Path, Requirement]] = []
        self.includes: list[Include] = []
        self.problems: list[Problem] = [problem for problem in (toml.problem, toml.newer) if problem]
        self.groups: list[Group] = []
        self.group_keys: set[tuple[str, str]] = set()
        self.requires_python: PythonBound | None = None
        self.defaults: Defaults | None = None
        self.defaults_in: dict[str, DefaultsByName] = {}
        self.aside: frozenset[str] = frozenset()
        self.name: str | None = None
        self.dynamic: tuple[str, ...] = ()
        self.tool: dict[str, Any] = {}
        self.members: Mapping[str, tuple[str, ...]] = {}
        self.self_extras: Mapping[Scope, tuple[str, ...]] = {}
        self.own = Own()
        self._wrong: set[Problem] = set()

    def wrong(self, path: Path, message: str, code: str = "invalid-manifest", *, mild: bool = False) -> None:
        """Notes a problem at the value at ``path``, once however often it is come upon."""
        problem = Problem(code, message, self.toml.span_of(path) or Span(0, 0), mild)
        # A set: a list may have twenty thousand wrong elements.
        if problem not in self._wrong:
            self._wrong.add(problem)
            self.problems.append(problem)

    def table(self, path: Path) -> dict[str, Any]:
        """The table at ``path``; an empty one where there is none."""
        value = self.toml.get(path)
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong(path, f"`{_dotted(path)}` must be a table.")
        return {}

    def list(self, path: Path, of: str) -> list[Any]:
        """The list at ``path``; an empty one where there is none."""
        value = self.toml.get(path)
        if value is None or isinstance(value, list):
            return value or []
        self.wrong(path, f"`{_dotted(path)}` must be a list of {of}.")
        return []

    def inner(self, path: Path) -> Span:
        """What is between the quotes of the string at ``path``."""
        characters = self.toml.characters(path)
        return characters.inner if characters else self.toml.span_of(path) or Span(0, 0)


def add_requirements(draft: Draft, path: Path, scope: Scope) -> tuple[tuple[str, Span], ...]:
    """Adds the requirements of the list at ``path``; gives the groups it includes (PEP 735)."""
    values = draft.list(path, "requirements") if draft.toml.get(path[:-1]) is not None and draft.table(path[:-1]) else []
    allow(len(draft.requirements) + len(values))
    items = element_spans(draft.toml, path, values)
    listed = draft.toml.span_of(path) or Span(0, 0)
    included: list[tuple[str, Span]] = []
    for number, value in enumerate(values):
        here = (*path, number)
        if isinstance(value, str):
            add_requirement(draft, here, value, element_statement(draft.toml.text, listed, items, number), scope, items[number])
        elif scope.kind == "group" and isinstance(value, dict):
            target = value.get("include-group")
            if isinstance(target, str) and len(value) == 1:
                included.append((canonical(target), draft.inner((*here, "include-group"))))
            else:
                draft.wrong(here, 'A group\'s list takes requirements and { include-group = "name" } only.')
        else:
            draft.wrong(here, "A requirement must be text in quotes.")
    return tuple(included)


def add_requirement(draft: Draft, path: Path, value: str, statement: Span, scope: Scope, place: Span | None = None) -> None:
    """Adds the requirement at ``path``, which is at ``place``; what is wrong with it is shown at the very characters."""
    text = value.strip(" \t")
    lead = len(value) - len(value.lstrip(" \t")) if text else 0
    parsed = parse_requirement(text, lenient_path=False)
    place = place if place is not None and place.end else draft.toml.span_of(path)
    characters = None if place is None else draft.toml.characters_of(place, value)
    whole = place or statement
    offsets: tuple[int, ...] | None = None
    if characters is None:
        span, offsets = whole, (*(whole.start,) * len(text), whole.end)
    else:
        span = characters.locate(Span(lead, lead + len(text)))
        if characters.starts is not None:
            offsets = characters.starts[lead : lead + len(text) + 1]
    draft.requirements.append((path, Requirement(parsed, span, statement, scope, offsets=offsets)))
    if parsed.error:
        wrong = parsed.error_span or Span(0, len(text))
        place = characters.locate(wrong.shifted(lead)) if characters else whole
        message = parsed.error if parsed.error.endswith(".") else f"{parsed.error}."
        draft.problems.append(
            Problem("invalid-requirement", message[:1].upper() + message[1:], place if place.end > place.start else whole)
        )


def element_spans(toml: TomlText, path: Path, values: list[Any]) -> list[Span]:
    """The spans of a list's elements."""
    return toml.element_spans(path, len(values))


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
