"""A Python script with its requirements inside (PEP 723) → requirements: ``dependencies`` and ``requires-python`` of the block ``# ///
script``.

Only files that a person opens or names are read: a walk does not look into ``.py`` files. The edits keep the
comment signs.
"""

from __future__ import annotations

from venvls.manifests.draft import Draft, element_spans
from venvls.manifests.pyproject.reading import read_script
from venvls.manifests.script import block as script_block
from venvls.manifests.script.block import as_toml, blocks, commented, unusable_line
from venvls.manifests.syntax.toml_edits import Change, insertion, quoted, removal
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest, Problem
from venvls.model.requirement import Requirement
from venvls.model.text import Span, Text

__all__ = ["FORMAT", "insert_requirement", "parse", "remove_statement", "replace_specifier"]

FORMAT = "script"
_LIST = ("dependencies",)


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the block of the script at ``path`` states; nothing for a script without one. Never raises."""
    all_blocks = blocks(text.source)
    if not all_blocks:
        return Manifest(path, FORMAT, text)
    block = all_blocks[0]
    draft = read_script(as_toml(text.source, block))
    problems = list(draft.problems)
    if not block.closed:
        problems.append(Problem("invalid-manifest", "This block has no end: write `# ///` on its own line after it.", block.opening))
    elif (wrong := unusable_line(text.source, block)) is not None:
        problems.append(wrong)
    if len(all_blocks) > 1:
        problems.append(
            Problem("invalid-manifest", "A script can have only one such block, and this is the second.", all_blocks[1].opening)
        )
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted((requirement for _, requirement in draft.requirements), key=lambda requirement: requirement.span)),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
        requires_python=draft.requires_python,
        first_statement=draft.toml.key_span(_LIST) or block.opening,
        complete=draft.toml.complete and block.closed,
        tool=draft.tool,
    )


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """A requirement more at the end of the block's list, which is made where it is missing."""
    draft_and_block = _draft(manifest)
    if draft_and_block is None:
        return _nothing(manifest)
    draft, block = draft_and_block
    listed, values = draft.toml.span_of(_LIST), draft.toml.get(_LIST)
    if values is None:
        offset = block.body.start
        nl = "\r\n" if manifest.text.source[offset - 2 : offset] == "\r\n" else "\n"
        return _tried(manifest, Change(Span(offset, offset), f"# dependencies = [{quoted(text)}]{nl}"), [text])
    if listed is None or not isinstance(values, list):
        return _nothing(manifest)
    change = insertion(draft.toml.source, listed, element_spans(draft.toml, _LIST, values), text)
    new = commented(manifest.text.source, change.span.start, change.new)
    return _tried(manifest, Change(change.span, new), [*values, text])


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Another version specifier for a requirement: in the place of the old one, or of the URL, or after the name."""
    parsed = requirement.parsed
    if parsed.error or parsed.name_span is None:
        return _nothing(manifest)
    after = (parsed.extras_span or parsed.name_span).end
    old = parsed.specifier_span or Span(after, parsed.url_span.end if parsed.url_span else after)
    return TextEdit(manifest.path, requirement.locate(old), new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """One requirement taken out, so that its list looks as if it had never been there."""
    draft_and_block = _draft(manifest)
    if draft_and_block is not None:
        draft, _ = draft_and_block
        listed, values = draft.toml.span_of(_LIST), draft.toml.get(_LIST)
        number = next(
            (path[-1] for path, candidate in draft.requirements if candidate.span == requirement.span and path[:1] == _LIST), None
        )
        if listed is not None and isinstance(values, list) and isinstance(number, int):
            span = removal(draft.toml.source, listed, element_spans(draft.toml, _LIST, values), number)
            return _tried(manifest, Change(span, ""), values[:number] + values[number + 1 :])
    return _nothing(manifest)


def _draft(manifest: Manifest) -> tuple[Draft, script_block.Block] | None:
    all_blocks = blocks(manifest.text.source)
    if len(all_blocks) != 1 or not all_blocks[0].closed:
        return None
    draft = read_script(as_toml(manifest.text.source, all_blocks[0]))
    return (draft, all_blocks[0]) if draft.toml.complete else None


def _tried(manifest: Manifest, change: Change, wanted: list[object]) -> TextEdit:
    """The change as an edit, if the block then lists what is wanted."""
    source = manifest.text.source
    after = source[: change.span.start] + change.new + source[change.span.end :]
    all_blocks = blocks(after)
    if not all_blocks or read_script(as_toml(after, all_blocks[0])).toml.get(_LIST) != wanted:
        return _nothing(manifest)
    return TextEdit(manifest.path, change.span, change.new)


def _nothing(manifest: Manifest) -> TextEdit:
    return TextEdit(manifest.path, Span(0, 0), "")
