"""setup.cfg → the requirements that setuptools reads from it: ``[options]`` and ``[options.extras_require]``, with the place of every part.

Source: setuptools ``config/setupcfg.py`` (lists end at line ends, or at ``;`` in one line; ``file:``), configparser for the lines.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.pyproject.groups import self_extras
from venvls.manifests.requirements import edits as requirements_edits
from venvls.manifests.syntax.ini import Chunk, Value, read
from venvls.manifests.syntax.python import without_comment
from venvls.model.action import TextEdit
from venvls.model.limits import allow
from venvls.model.manifest import Group, Include, Manifest, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import BUILD, MAIN, Requirement, Scope
from venvls.model.text import Span, Text
from venvls.standards.versions import wrong_clause

FORMAT = "setup.cfg"


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the setup.cfg at ``path`` states. Never raises; of a file that is about other things the manifest is empty."""
    ini = read(text.source)
    draft = _Draft()
    for value in ini.values:
        key = value.key.replace("-", "_")
        if value.section == "options" and key in ("install_requires", "setup_requires"):
            draft.requirements_of(value, MAIN if key == "install_requires" else BUILD)
        elif value.section == "options.extras_require":
            # ``name:marker`` cannot be written here, since a colon ends the name.
            draft.groups.append(Group(canonical(value.key), value.key, value.key_span, "extra"))
            draft.requirements_of(value, Scope("extra", canonical(value.key)))
        elif value.section == "options" and key == "python_requires":
            draft.python(value)
        elif value.section == "metadata" and key == "name" and value.text and not value.text.startswith(("attr:", "file:")):
            draft.name = canonical(value.text)
    problems = [*ini.problems, *draft.problems] if draft.requirements or draft.groups or draft.name else []
    own = [value.statement for value in ini.values if value.section in ("options", "options.extras_require")]
    first = min((requirement.span for requirement in draft.requirements), default=own[0] if own else Span(0, 0))
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted(draft.requirements, key=lambda requirement: requirement.span)),
        includes=tuple(draft.includes),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
        groups=tuple(draft.groups),
        requires_python=draft.requires_python,
        first_statement=first,
        complete=not ini.problems,
        name=draft.name,
        self_extras=self_extras(draft.requirements, draft.name),
    )


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """A line more in ``install_requires``, indented as its neighbours; the section and the option are made where they are missing."""
    source = manifest.text.source
    ini = read(source)
    ending = "\r\n" if "\r\n" in source else "\n"
    value = next((value for value in ini.values if value.section == "options" and value.key.replace("-", "_") == "install_requires"), None)
    if value is not None and value.text.startswith("file:"):
        return _nothing(manifest)
    if value is None:
        header = next((span for name, span in ini.sections if name == "options"), None)
        if header is None:
            lead = "" if not source or source.endswith(("\n", "\r")) else ending
            lead += ending if source.strip() else ""
            end = Span(len(source), len(source))
            return TextEdit(manifest.path, end, f"{lead}[options]{ending}install_requires ={ending}    {text}{ending}")
        offset = _after_line(source, header.end)
        lead = "" if source[:offset].endswith(("\n", "\r")) else ending
        return TextEdit(manifest.path, Span(offset, offset), f"{lead}install_requires ={ending}    {text}{ending}")
    # Blanks at the end of a line, which nobody sees, do not get behind what is new.
    blank = next((offset for offset in range(value.head_end, len(source)) if source[offset] not in " \t"), len(source))
    if not value.chunks:
        return TextEdit(manifest.path, Span(value.head_end, blank), f"{ending}    {text}")
    last = value.chunks[-1]
    if last.indent:
        return TextEdit(manifest.path, Span(last.span.end, last.span.end), f"{ending}{last.indent}{text}")
    first = value.chunks[0]
    if len(value.chunks) == 1 and ";" not in last.text:
        # One requirement next to the name: both get a line of their own.
        start = len(source[: first.span.start].rstrip(" \t"))
        return TextEdit(manifest.path, Span(start, first.span.end), f"{ending}    {first.text}{ending}    {text}")
    return _nothing(manifest)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions for a requirement, in the place of those it has."""
    return requirements_edits.replace_specifier(manifest, requirement, new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """A requirement taken out: its line, or the stretch up to the next in a list on one line."""
    return TextEdit(manifest.path, requirement.statement, "")


def _nothing(manifest: Manifest) -> TextEdit:
    end = len(manifest.text.source)
    return TextEdit(manifest.path, Span(end, end), "")


def _after_line(source: str, offset: int) -> int:
    end = source.find("\n", offset)
    return len(source) if end < 0 else end + 1


class _Draft:
    """What has been read so far."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.includes: list[Include] = []
        self.problems: list[Problem] = []
        self.groups: list[Group] = []
        self.requires_python: PythonBound | None = None
        self.name: str | None = None

    def requirements_of(self, value: Value, scope: Scope) -> None:
        """Adds what one option lists: requirements, or files that list them."""
        if value.text.startswith("file:"):
            for chunk in value.split(","):
                text, lead = chunk.text, 0
                if text.startswith("file:"):
                    lead = len(text) - len(text[5:].lstrip())
                    text = text[lead:]
                if text and scope.kind != "build":
                    start = chunk.span.start + lead
                    self.includes.append(Include(text, Span(start, start + len(text)), group=scope.name))
            return
        chunks = value.chunks if value.several_lines else value.split(";")
        allow(len(self.requirements) + len(chunks))
        for chunk in chunks:
            if text := without_comment(chunk.text):
                self.requirement(chunk._replace(text=text, span=Span(chunk.span.start, chunk.span.start + len(text))), scope)

    def requirement(self, chunk: Chunk, scope: Scope) -> None:
        """Adds one requirement; what is wrong with it is shown at the very characters."""
        parsed = parse_requirement(chunk.text, lenient_path=False)
        requirement = Requirement(parsed, chunk.span, chunk.statement, scope)
        self.requirements.append(requirement)
        if parsed.error:
            wrong = requirement.locate(parsed.error_span or Span(0, len(chunk.text)))
            message = parsed.error if parsed.error.endswith(".") else f"{parsed.error}."
            self.problems.append(Problem("invalid-requirement", message[:1].upper() + message[1:], wrong))

    def python(self, value: Value) -> None:
        """``python_requires``; a clause that is none is shown."""
        if not value.chunks:
            return
        span = Span(value.chunks[0].span.start, value.chunks[-1].span.end)
        clauses = [clause.strip() for clause in value.text.replace("\n", ",").split(",") if clause.strip()]
        wrong = wrong_clause(value.text.replace("\n", ","))
        if wrong is not None:
            self.problems.append(
                Problem("invalid-requirement", f"`{wrong}` is not a valid version specifier; write, for example, >=3.10 or ==3.12.*.", span)
            )
        elif clauses:
            self.requires_python = PythonBound(",".join(clauses), span)
