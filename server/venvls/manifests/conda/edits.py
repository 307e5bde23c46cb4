"""Edits of an environment.yml: a requirement more, other versions, one less. Pure: text in, edit out.

What conda can say goes into its list, in its words; what only pip can (extras, markers, URLs) into the list below ``pip:``, where there is
one. Every edit is tried before it is given: the file is read with it, and has to ask for what it did and the one package more or less.
Where no edit does that the edit given changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from venvls.manifests.conda.manifest import parse
from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.conda.spec import parse_spec
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.yaml_lists import Item, Section, read
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement
from venvls.model.text import Span, Text

_DASH = re.compile(r"[ \t]*-[ \t]+")


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """An element more: at the end of ``dependencies`` before ``pip:``, or of the list below that; nothing where neither can take it."""
    source = manifest.text.source
    wanted = _dependencies(source)
    parsed = parse_requirement(text)
    if wanted is None or parsed.error is not None or parsed.name is None or parsed.key is None:
        return _nothing(manifest)
    as_conda = parsed.name + _in_conda(parsed.specifier)
    if parsed.extras or parsed.marker or parsed.url or "===" in text or parse_spec(as_conda).error:
        return _after(manifest, [item for item in wanted.items if item.under == "pip"], text, parsed.key)
    return _after(manifest, [item for item in wanted.items if item.under is None], as_conda, PREFIX + parsed.name.lower())


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions, in the place of those there are, or right after the name."""
    parsed = requirement.parsed
    new = _in_conda(new_specifier) if (parsed.key or "").startswith(PREFIX) else new_specifier
    if parsed.specifier_span is not None:
        return _tried(manifest, requirement.locate(parsed.specifier_span), new)
    if parsed.name_span is None or parsed.url is not None:
        return _nothing(manifest)
    offset = requirement.locate(parsed.extras_span or parsed.name_span).end
    return _tried(manifest, Span(offset, offset), new)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """The element with its line; with the last one below ``pip:`` goes that line too, since conda cannot read it with nothing below."""
    source = manifest.text.source
    statement = requirement.statement
    wanted = _dependencies(source)
    if wanted is None or statement == requirement.span:
        return _nothing(manifest)
    below = [item for item in wanted.items if item.under == "pip"]
    new = ""
    if len(below) == 1 and below[0].statement == statement:
        pip = next((span for key, span in wanted.keys if key == "pip"), statement)
        start = source.rfind("\n", 0, pip.start) + 1
        first_line = source.find("\n", pip.end) + 1
        new = source[first_line : statement.start] if _DASH.match(source, start) and first_line else ""
        statement = Span(start, statement.end)
    return _tried(manifest, statement, new, less=(requirement.parsed.key or "",))


def _dependencies(source: str) -> Section | None:
    return next((section for section in read(source).sections if section.key == "dependencies"), None)


def _in_conda(specifier: str) -> str:
    """Versions as conda says them: without blanks, and ``=1.2.*`` for ``==1.2.*``, of which it would make 1.2 alone."""
    return re.sub(r"(?<![=!~<>])==([^,=]*\.\*)", r"=\1", re.sub(r"\s+", "", specifier))


def _after(manifest: Manifest, items: list[Item], text: str, key: str) -> TextEdit:
    """``text`` on a line of its own after the last of ``items``."""
    source = manifest.text.source
    if not items or items[-1].statement == items[-1].span:
        return _nothing(manifest)
    last = items[-1].statement
    dash = _DASH.match(source, source.rfind("\n", 0, items[-1].span.start) + 1)
    ending = "\r\n" if "\r\n" in source else "\n"
    written = "'" + text.replace("'", "''") + "'" if re.search(r":(?:\s|$)|\s#", text) else text
    line = f"{dash[0] if dash else '  - '}{written}"
    closed = source[: last.end].endswith(("\n", "\r"))
    return _tried(manifest, Span(last.end, last.end), f"{'' if closed else ending}{line}{ending}", more=(key,))


def _tried(manifest: Manifest, span: Span, new: str, more: Sequence[str] = (), less: Sequence[str] = ()) -> TextEdit:
    """The edit, if the file then asks for the packages ``more``, no longer for ``less``, and for all others as before."""
    source = manifest.text.source
    after = parse(Text(source[: span.start] + new + source[span.end :]), manifest.path)
    before, now = _names(manifest), _names(after)
    right = now - before == Counter(more) and before - now == Counter(less) and _rest(after) == _rest(manifest)
    return TextEdit(manifest.path, span, new) if right else _nothing(manifest)


def _names(manifest: Manifest) -> Counter[str]:
    return Counter(requirement.parsed.key or requirement.parsed.text for requirement in manifest.requirements)


def _rest(manifest: Manifest) -> tuple[object, ...]:
    """What stays as it is, without the places."""
    python = manifest.requires_python.specifier if manifest.requires_python is not None else None
    counts = (len(manifest.includes), len(manifest.options), len(manifest.problems))
    return (manifest.complete, python, counts, manifest.own)


def _nothing(manifest: Manifest) -> TextEdit:
    return TextEdit(manifest.path, Span(0, 0), "")
