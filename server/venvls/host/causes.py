"""Why a tool failed, as one sentence with its cause, from the lines it wrote: the wording of pip, uv, venv and virtualenv."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_Sentence = Callable[[re.Match[str]], str]


def _const(text: str) -> _Sentence:
    return lambda match: text


def _unreachable(match: re.Match[str]) -> str:
    host = match["host"] or match["host2"]
    where = f" at {host}" if host else ""
    return f"The package index{where} cannot be reached: check the network or the proxy."


def _no_python(match: re.Match[str]) -> str:
    """uv downloads a Python that is not on the machine: not from the package index."""
    name = {"cpython": "Python", "pypy": "PyPy", "graalpy": "GraalPy"}[match["name"].lower()]
    return f"{name} {match['version']} could not be downloaded from {match['host']}: check the network or the proxy."


def _package(match: re.Match[str]) -> str:
    """Debian's package with the venv module, which its own message names."""
    named = re.search(r"apt(?:-get)? install (python3[\d.]*-venv)", match.string)
    return named[1] if named else "python3-venv"


def _contradiction(match: re.Match[str]) -> str:
    """Who contradicts whom, where the tool says it: uv in a sentence, pip in a list."""
    because = re.search(r"Because (.+?)(?:, we can conclude|\.\s|$)", " ".join(match.string.replace("╰─▶", " ").split()))
    listed = re.search(r"The conflict is caused by:\s*\n((?:[ \t]+\S[^\n]*\n?)+)", match.string)
    why = because[1] if because else "; ".join(line.strip() for line in listed[1].splitlines()) if listed else ""
    return f"The requirements contradict each other: {_short(why) if why else 'no set of versions satisfies all of them'}."


# In the order in which they explain each other: the machine's trouble first, then the network's, then the packages'.
_SHAPES: tuple[tuple[re.Pattern[str], _Sentence], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (
            r"no space left on device|not enough space on the disk|os error 28\b|errno 28\b",
            _const("The disk is full: free some space and try again."),
        ),
        (r"disk quota exceeded|os error 122\b", _const("Your disk quota is used up: free some space and try again.")),
        (
            r"read-only file system(?::? [`'\"](?P<path>[^`'\"]+)[`'\"])?",
            lambda match: f"{match['path'] or 'The folder'} is on a read-only file system.",
        ),
        (
            r"externally[- ]managed",
            _const("This Python belongs to the operating system and must not be changed: create an environment for the project."),
        ),
        (
            r"ensurepip is not available|No module named '?(?:ensurepip|venv)'?",
            lambda match: (
                "This Python cannot create environments with pip: its venv package is not installed. "
                f"Run `sudo apt install {_package(match)}` (Debian, Ubuntu), or create it with `--tool uv` or `--tool virtualenv`."
            ),
        ),
        (
            r"No module named '?pip'?\s*$",
            _const("pip is not installed in the environment: install uv, or recreate the environment with pip."),
        ),
        (
            r"hashes? (?:do not match|mismatch)|DO NOT MATCH THE HASHES|Hash mismatch for [`'\"]?(?P<name>[\w.\-\[\]]+(?:==[\w.+!]+)?)",
            lambda match: (
                f"The hash of {match['name'] or 'a downloaded file'} is not the expected one: "
                "the file was changed, or the hash is for another version."
            ),
        ),
        (
            r"must have their versions pinned with ==|Hashes are required in --require-hashes mode",
            _const("Only some requirements in the file have hashes: every line needs a hash and an exact version."),
        ),
        (
            r"could not read (?:Username|Password) for|Authentication failed for|Permission denied \(publickey|Host key verification failed"
            r"|Repository not found|remote: Not Found",
            _const("The git repository cannot be read: check its address and your credentials."),
        ),
        (
            r"Could not resolve host(?:name)?:? (?P<host>[\w.-]*\w)|ssh: connect to host (?P<host2>[\w.-]+)",
            lambda match: f"{match['host'] or match['host2']} cannot be reached: check the network or the proxy.",
        ),
        (r"\b401 (?:Client Error|Unauthorized)|status code 401", _const("The package index refused the login: check your credentials.")),
        (
            r"\b403 (?:Client Error|Forbidden)|status code 403|returned error: 403",
            _const("Access was refused (403): check the address, the credentials, and whether a proxy or a policy blocks it."),
        ),
        (
            r"JSONDecodeError|(?:^|\n)\s*Expecting value: line \d+ column \d+",
            _const("The answer was not from a package index: check its address, the network and the proxy."),
        ),
        (
            r"Failed to download [`'\"]?https?://(?P<host>[^/`'\"]+)/[^\n]*/(?P<name>cpython|pypy|graalpy)-(?P<version>\d+\.\d+)",
            _no_python,
        ),
        (
            r"NewConnectionError|Failed to establish a new connection|Name or service not known|Temporary failure in name resolution"
            r"|nodename nor servname|getaddrinfo failed|dns error|Connection refused|Network is unreachable|ConnectTimeoutError"
            r"|connection timed out|tcp connect error"
            r"|Failed to fetch: [`'\"]https?://(?P<host>[^/`'\"]+)|error sending request for url \(https?://(?P<host2>[^/)]+)",
            _unreachable,
        ),
        (
            r"SSLError|CERTIFICATE_VERIFY_FAILED|invalid peer certificate",
            _const("The certificate of the package index is not accepted: check the proxy, the clock or the certificate settings."),
        ),
        (
            r"No matching distribution found for (?P<name>[^\s(]+(?: ?[<>=!~][^\s(]*)*)",
            lambda match: f"No version of `{match['name']}` on the package index fits: check the name, the version and the Python version.",
        ),
        (
            r"Because (?P<name>[\w.\-\[\]]+) was not found in the (?:package registry|provided package locations|cache)",
            lambda match: f"No package named `{match['name']}` was found: check the name and the index.",
        ),
        (
            r"there (?:is|are) no versions? of (?P<name>[\w.\-\[\]]+(?: ?[<>=!~]=?[^\s]*)?)",
            lambda match: f"No version of `{match['name']}` on the package index fits: check the name, the version and the Python version.",
        ),
        (
            r"(?:Requires-Python|requires a different Python)[^\n]*",
            lambda match: f"A package does not support the Python of this environment ({_short(match.group())}).",
        ),
        (
            r"only (?P<name>[\w.\-\[\]]+?)[<>=!~]\S* (?:is|are) available",
            lambda match: f"No version of `{match['name']}` on the package index fits: check the name, the version and the Python version.",
        ),
        (r"ResolutionImpossible|No solution found when resolving|conflicting dependencies|unsatisfiable", _contradiction),
        (
            r"(?:Failed to build|Failed building wheel for|Failed to download and build|Could not build wheels for) "
            r"[`'\"]?(?P<name>[\w.\-]+)",
            lambda match: f"{match['name']} could not be built from source: it may need a compiler or a system library.",
        ),
        (
            r"(?:Permission denied|Access is denied|Operation not permitted|os error 13\b)(?:[^`'\"\n]*[`'\"](?P<path>[^`'\"\n]+)[`'\"])?",
            lambda match: (
                f"There is no permission to write{' to ' + match['path'] if match['path'] else ''}: "
                "make it writable, or choose another place with `--name`."
            ),
        ),
        (
            r"being used by another process|os error 32\b",
            _const("A file of the environment is in use: close the programs that run from it and try again."),
        ),
        (
            r"(?:Invalid requirement|Couldn't parse requirement)[^\n]*",
            lambda match: f"A requirement cannot be read ({_short(match.group())}).",
        ),
        (
            r"Could not open requirements file:[^\n]*?[`'\"](?P<path>[^`'\"]+)[`'\"]"
            r"|(?:File not found|failed to read from file):? [`'\"](?P<path2>[^`'\"]+)[`'\"]",
            lambda match: f"{match['path'] or match['path2']} cannot be read.",
        ),
    )
)

_NOISE = re.compile(r"^\s*(\[notice\]|WARNING:|note:|hint:|╰|help:|\^|~|×?\s*$|\|)", re.IGNORECASE)
_ERROR = re.compile(r"^\s*(?:ERROR|error|×)[: ]\s*(?P<text>.+)$")


def cause(lines: Sequence[str]) -> str | None:
    """The cause in a person's words, or the tool's own last word where its shape is not known; ``None`` where it said nothing."""
    # What matters is in short lines near the end; a flood must not cost seconds.
    text = "\n".join(line[:600] for line in lines[-300:])
    for pattern, sentence in _SHAPES:
        match = pattern.search(text)
        if match is not None:
            return sentence(match)
    messages = [line.strip() for line in lines if line.strip() and not _NOISE.match(line)]
    errors = [match["text"] for line in messages if (match := _ERROR.match(line))]
    last = (errors or messages or [None])[-1]
    return _short(last).rstrip(".") + "." if last else None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"
