"""What a requirements file's options mean to pip: which there are, how a line is cut into words, what a word's option and value are.

The table is the union of pip 23 to 26 (``req/req_file.py``: ``SUPPORTED_OPTIONS``, ``SUPPORTED_OPTIONS_REQ``): a file is checked without
knowing which pip will read it. Words are cut as ``shlex.split`` cuts them, options found as ``optparse`` finds them, abbreviations too;
both are done again here because neither says *where* a word was.
"""

from __future__ import annotations

from venvls.model.record import NamedTuple
from venvls.model.text import Wrong

VALUED = (
    "--index-url", "--pypi-url", "--extra-index-url", "--constraint", "--requirement", "--editable", "--find-links", "--no-binary",
    "--only-binary", "--all-releases", "--only-final", "--trusted-host", "--use-feature", "--hash", "--config-settings",
    "--global-option", "--install-option",
)  # fmt: skip
FLAGS = ("--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre")
PER_REQUIREMENT = frozenset(("--hash", "--config-settings", "--global-option", "--install-option"))

_REFUSED = ("--global-option", "--install-option")
"""Read, so that what follows them is understood, and refused as pip 26 does."""

_SHORT = {
    "-i": "--index-url", "-c": "--constraint", "-r": "--requirement", "-e": "--editable", "-f": "--find-links", "-C": "--config-settings",
}  # fmt: skip
_LONG = {name: name for name in (*VALUED, *FLAGS)} | {"--pypi-url": "--index-url"}
_TAKES_VALUE = frozenset(VALUED)
_STRONG_HASHES = ("sha256:", "sha384:", "sha512:")
_MISSING = {
    "--requirement": "the name of a file is missing",
    "--constraint": "the name of a file is missing",
    "--editable": "a folder or URL is missing",
    "--index-url": "a URL is missing",
    "--extra-index-url": "a URL is missing",
    "--hash": "a hash is missing",
}


class Word(NamedTuple):
    """One word: its value with quotes and backslashes taken off, where each character of the value was, and where the word was."""

    value: str
    offsets: tuple[int, ...]
    start: int
    end: int

    def tail(self, count: int) -> Word:
        """The word without its first ``count`` characters."""
        offsets = self.offsets[count:]
        return Word(self.value[count:], offsets, offsets[0] if offsets else self.end, self.end)


class Given(NamedTuple):
    """One option: its long name, its value or ``None``, and where it begins and ends with its value."""

    name: str
    value: Word | None
    start: int
    end: int


def split(text: str, begin: int) -> list[Word] | Wrong:
    """The words of ``text[begin:]``, as a POSIX shell (and ``shlex``) cuts them."""
    words: list[Word] = []
    value: list[str] = []
    offsets: list[int] = []
    start = -1
    quote = ""
    opened = index = begin
    while index < len(text):
        character = text[index]
        if quote:
            if character == quote:
                quote = ""
            elif character == "\\" and quote == '"' and text[index + 1 : index + 2] in ("\\", '"'):
                index += 1
                value.append(text[index])
                offsets.append(index)
            else:
                value.append(character)
                offsets.append(index)
        elif character in " \t\r\n":
            if start >= 0:
                words.append(Word("".join(value), tuple(offsets), start, index))
                value, offsets, start = [], [], -1
        else:
            start = index if start < 0 else start
            if character in "'\"":
                quote, opened = character, index
            else:
                if character == "\\":
                    index += 1
                    if index >= len(text):
                        return Wrong("a character is missing after the backslash", index - 1, index)
                value.append(text[index])
                offsets.append(index)
        index += 1
    if quote:
        return Wrong("the quote is not closed", opened, len(text))
    if start >= 0:
        words.append(Word("".join(value), tuple(offsets), start, len(text)))
    return words


def read(words: list[Word]) -> tuple[list[Given], list[Wrong]]:
    """The options among ``words``, and what is wrong with them. pip ignores words that belong to no option, and so does this."""
    given: list[Given] = []
    wrongs: list[Wrong] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word.value == "--":
            break
        if word.value.startswith("--"):
            index = _long(words, index, given, wrongs)
        elif word.value.startswith("-") and len(word.value) > 1:
            index = _short(words, index, given, wrongs)
    wrongs.extend(wrong for option in given if (wrong := _wrong_value(option)))
    return given, wrongs


def _long(words: list[Word], index: int, given: list[Given], wrongs: list[Wrong]) -> int:
    word = words[index - 1]
    written, equals, _ = word.value.partition("=")
    name = _full(written)
    if name is None:
        end = word.offsets[len(written) - 1] + 1
        likely = [option for option in (*VALUED, *FLAGS) if option.startswith(written)]
        hint = f"`{written}` may be {' or '.join(f'`{option}`' for option in likely)}" if likely else _unknown(written)
        wrongs.append(Wrong(hint, word.start, end))
        return index
    if name not in _TAKES_VALUE:
        if equals:
            wrongs.append(Wrong(f"`{name}` takes no value", word.start, word.end))
        else:
            given.append(Given(name, None, word.start, word.end))
        return index
    if equals:
        given.append(Given(_LONG[name], word.tail(len(written) + 1), word.start, word.end))
        return index
    return _valued(_LONG[name], written, word.start, words, index, given, wrongs)


def _short(words: list[Word], index: int, given: list[Given], wrongs: list[Wrong]) -> int:
    word = words[index - 1]
    name = _SHORT.get(word.value[:2])
    if name is None:
        wrongs.append(Wrong(_unknown(word.value[:2]), word.start, word.offsets[1] + 1))
        return index
    if len(word.value) > 2:
        given.append(Given(name, word.tail(2), word.start, word.end))
        return index
    return _valued(name, word.value, word.start, words, index, given, wrongs)


def _valued(name: str, written: str, start: int, words: list[Word], index: int, given: list[Given], wrongs: list[Wrong]) -> int:
    """The next word is the value, whatever it looks like."""
    if index >= len(words):
        wrongs.append(Wrong(f"{_MISSING.get(name, 'a value is missing')} after `{written}`", start, words[index - 1].end))
        return index
    given.append(Given(name, words[index], start, words[index].end))
    return index + 1


def _full(written: str) -> str | None:
    """The option an abbreviation stands for, if it can be only one."""
    if written in _LONG:
        return written
    likely = [name for name in _LONG if name.startswith(written)]
    return likely[0] if len(likely) == 1 else None


def _unknown(written: str) -> str:
    return f"`{written}` is not an option of a requirements file"


def _wrong_value(option: Given) -> Wrong | None:
    word = option.value
    if word is None:
        return None
    if option.name in _REFUSED:
        return Wrong(f"pip does not accept `{option.name}` any more; use `--config-settings`", option.start, option.end)
    start, end = (word.offsets[0], word.offsets[-1] + 1) if word.offsets else (option.start, option.end)
    if option.name == "--hash" and not word.value.startswith(_STRONG_HASHES):
        if ":" not in word.value:
            return Wrong("a hash needs its algorithm, as in `sha256:…`", start, end)
        return Wrong(f"`{word.value.partition(':')[0]}` is not a hash algorithm that pip accepts; use sha256, sha384 or sha512", start, end)
    if option.name == "--config-settings" and "=" not in word.value:
        return Wrong("write a build setting as `KEY=VALUE`", start, end)
    if option.name in ("--no-binary", "--only-binary", "--all-releases", "--only-final") and word.value.startswith("-"):
        return Wrong(f"a value is missing after `{option.name}`", start, end)
    if option.name in ("--requirement", "--constraint", "--editable") and not word.value:
        return Wrong(f"{_MISSING[option.name]} after `{option.name}`", option.start, option.end)
    return None
