"""One logical line of a requirements file, comment and blanks taken off: a requirement, an include, or options.

Nothing here knows where the line is; equal lines give the same object, which is what makes a second parse cheap.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import IncludeKind
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.model.requirement import ParsedRequirement
from venvls.model.text import Wrong

if TYPE_CHECKING:
    from venvls.manifests.requirements import options

MAX_LENGTH = 200_000
_MEMO_LENGTH = 2_000

# Compiled when the first line with options is met.
_HASHES = r"(?:--hash[= ]sha(?:256|384|512):[0-9A-Za-z]+ *)+"
_HASH = r"--hash[= ](sha(?:256|384|512):[0-9A-Za-z]+)"


class Line(NamedTuple):
    """What a line says. Every offset is from the line's first character; ``offsets`` gives one per character of ``parsed.text`` where
    they do not follow each other (quotes and backslashes after ``-e``)."""

    length: int
    parsed: ParsedRequirement | None = None
    start: int = 0
    end: int = 0
    offsets: tuple[int, ...] | None = None
    hashes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    includes: tuple[tuple[str, int, int, IncludeKind], ...] = ()
    settings: tuple[tuple[str, str | None, int, int], ...] = ()
    wrongs: tuple[Wrong, ...] = ()


def read_line(line: str) -> Line:
    """A logical line, neither empty nor surrounded by blanks, without comment and line ends."""
    if len(line) <= _MEMO_LENGTH:
        return _remembered(line)
    if len(line) > MAX_LENGTH:
        return Line(len(line), wrongs=(Wrong(f"this line is longer than {MAX_LENGTH} characters and was not read", 0, 80),))
    return _read(line)


def _read(line: str) -> Line:
    cut = _options_at(line)
    if cut is None:
        return _requirement(line, line, (), ())
    requirement = line[:cut].rstrip()
    rest = line[cut:]
    if requirement and re.fullmatch(_HASHES, rest):
        return _requirement(line, requirement, tuple(re.findall(_HASH, rest)), ())
    from venvls.manifests.requirements import options

    words = options.split(line, cut)
    if isinstance(words, Wrong):
        return Line(len(line), wrongs=(words,))
    given, wrongs = options.read(words)
    if requirement:
        return _with_options(line, requirement, given, wrongs)
    return _options_alone(line, given, wrongs)


_remembered = lru_cache(maxsize=65536)(_read)


def _options_at(line: str) -> int | None:
    """Where the options begin: the first ``-`` after a blank (no other white space, says pip) or at the line's start."""
    if line[0] == "-":
        return 0
    offset = line.find(" -")
    return None if offset < 0 else offset + 1


def _requirement(line: str, text: str, hashes: tuple[str, ...], others: tuple[str, ...], wrongs: tuple[Wrong, ...] = ()) -> Line:
    parsed = parse_requirement(text)
    if parsed.error is not None and parsed.error_span is not None:
        return Line(len(line), wrongs=(*wrongs, _tab_before_option(text) or Wrong(parsed.error, *parsed.error_span)))
    return Line(len(line), parsed, 0, len(text), None, hashes, others, (), (), wrongs)  # by place: once for every line


def _tab_before_option(text: str) -> Wrong | None:
    match = re.search(r"\t(?=--?[a-zA-Z])", text)
    return Wrong("pip sees an option only after a space: replace this tab with a space", match.start(), match.end()) if match else None


def _with_options(line: str, requirement: str, given: list[options.Given], wrongs: list[Wrong]) -> Line:
    from venvls.manifests.requirements.options import PER_REQUIREMENT

    hashes = tuple(option.value.value for option in given if option.name == "--hash" and option.value)
    others = tuple(line[option.start : option.end] for option in given if option.name in PER_REQUIREMENT and option.name != "--hash")
    return _requirement(line, requirement, hashes, others, tuple(wrongs))


def _options_alone(line: str, given: list[options.Given], wrongs: list[Wrong]) -> Line:
    """A line that begins with an option: ``-e`` makes it a requirement, ``-r`` and ``-c`` an include, the first of each as in pip."""
    first: dict[str, options.Given] = {}
    for option in given:
        first.setdefault(option.name, option)
    if (editable := first.get("--editable")) and editable.value and editable.value.value:
        return _editable(line, editable.value, given, wrongs)
    includes: tuple[tuple[str, int, int, IncludeKind], ...] = ()
    named = first.get("--requirement") or first.get("--constraint")
    if named and named.value and named.value.value:
        word = named.value
        kind: IncludeKind = "requirements" if named.name == "--requirement" else "constraints"
        return Line(len(line), includes=((word.value, word.offsets[0], word.offsets[-1] + 1, kind),), wrongs=tuple(wrongs))
    settings = tuple((option.name, option.value.value if option.value else None, option.start, option.end) for option in given)
    return Line(len(line), includes=includes, settings=settings, wrongs=tuple(wrongs))


def _editable(line: str, word: options.Word, given: list[options.Given], wrongs: list[Wrong]) -> Line:
    parsed = parse_requirement(word.value, editable=True)
    start, end = word.offsets[0], word.offsets[-1] + 1
    straight = end - start == len(word.value)
    if parsed.error is not None and parsed.error_span is not None:
        span = parsed.error_span
        wrong = Wrong(
            parsed.error,
            word.offsets[min(span.start, len(word.offsets) - 1)],
            word.offsets[max(0, min(span.end, len(word.offsets)) - 1)] + 1,
        )
        return Line(len(line), wrongs=(*wrongs, wrong))
    others = tuple(line[option.start : option.end] for option in given if option.name == "--config-settings")
    return Line(len(line), parsed, start, end, None if straight else (*word.offsets, end), (), others, wrongs=tuple(wrongs))
