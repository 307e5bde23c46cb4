"""Whether a distribution came from where a requirement says: direct_url.json (PEP 610) against the requirement's URL or path.

The semantics are uv's (``uv-installer/src/satisfies.rs``): URL, subdirectory, commit, editable flag and archive hash must agree; what
was installed from an index does not satisfy a URL. They are less strict where a difference would only be guessed, or where the difference
means nothing, because a false alarm is worse than no report:

- a branch or tag is compared with the recorded one, and only if both are names: which commit it means today cannot be known
  without the network;
- a wheel of the version that is installed is accepted where no origin was recorded (pip leaves it as it is, too);
- a scheme, a login, ``.git`` and a last ``/`` do not make another repository;
- files changed since the install (uv's cache keys) are not looked at;
- what older or foreign tools installed without recording an origin (egg-info, conda) is not checked.
"""

from __future__ import annotations

from types import ModuleType
from urllib.parse import SplitResult, unquote, urlsplit

from venvls.model.environment import DirectUrl, Distribution
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple
from venvls.model.redact import redact

_VCS = re.compile(r"(git|hg|svn|bzr)\+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|file:")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_HASHES = ("sha256", "sha384", "sha512", "sha1", "md5")


class Source(NamedTuple):
    """Where a requirement points: a repository, an archive's URL, or a path (absolute, for the view the files are seen with)."""

    kind: str
    place: str
    vcs: str | None = None
    revision: str | None = None
    subdirectory: str | None = None
    hashes: tuple[str, ...] = ()


def is_local(url: str) -> bool:
    """Whether a direct reference is a path on this machine."""
    return url.startswith("file:") or not (_VCS.match(url) or _SCHEME.match(url))


def url_parts(url: str) -> SplitResult | None:
    """A URL that somebody else wrote (a record, a lock, an agent), taken apart; ``None`` for what cannot be: ``http://[`` or a host with
    characters that stand for a ``/``."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def parse_source(url: str, folder: str, path: ModuleType) -> Source | None:
    """A requirement's URL or path, taken apart; relative paths start from ``folder``. ``None`` for what cannot be read."""
    try:
        if is_local(url):
            return _local(url, folder, path)
        vcs = _VCS.match(url)
        if "://" not in url:
            return None
        parts = url_parts(url[vcs.end() :] if vcs else url)
    except ValueError:
        return None
    if parts is None:
        return None
    fragment = _fragment(parts.fragment)
    subdirectory = _folder(fragment.get("subdirectory"))
    if vcs:
        repository, _, revision = parts.path.rpartition("@") if "@" in parts.path else (parts.path, "", None)
        return Source("vcs", _repository(parts.hostname or "", repository), vcs[1], revision, subdirectory)
    hashes = tuple(f"{name}={fragment[name].lower()}" for name in _HASHES if name in fragment)
    return Source("archive", _archive(url), subdirectory=subdirectory, hashes=hashes)


def difference(
    source: Source, editable: bool, distribution: Distribution, recorded: DirectUrl | None, files: FileView, wanted: str
) -> str | None:
    """What differs between the place a requirement names and the recorded origin, as the end of a sentence; ``None`` if nothing does.

    ``wanted`` is the requirement's URL or path as the person wrote it.
    """
    if recorded is None:
        return _unrecorded(source, editable, distribution, files, wanted)
    if source.kind == "vcs":
        return _other_repository(source, recorded)
    if source.kind == "archive":
        return _other_archive(source, recorded)
    return _other_path(source, editable, recorded, files)


def wheel_version(place: str) -> str | None:
    """The version in a wheel's file name; ``None`` for another file."""
    parts = unquote(place.replace("\\", "/").rpartition("/")[2]).split("-")
    return parts[1] if len(parts) >= 5 and parts[-1].endswith(".whl") else None


def wheel_name(place: str) -> str | None:
    """The distribution in a wheel's file name; ``None`` for another file."""
    return place.replace("\\", "/").rpartition("/")[2].split("-")[0] if wheel_version(place) else None


def _unrecorded(source: Source, editable: bool, distribution: Distribution, files: FileView, wanted: str) -> str | None:
    if distribution.format != "dist-info":
        return None
    if wheel_version(source.place) == distribution.version:
        return None
    if source.kind == "path" and files.stat(source.place) is None:
        return None
    return f"was installed from a package index, not {'as editable ' if editable else ''}from {redact(wanted)}"


def _other_repository(source: Source, recorded: DirectUrl) -> str | None:
    if recorded.vcs is None:
        return f"was installed from {redact(recorded.url)}, which is not a repository"
    parts = url_parts(recorded.url)
    if parts is None or recorded.vcs != source.vcs or _repository(parts.hostname or "", parts.path) != source.place:
        return f"was installed from another repository, {redact(recorded.url)}"
    if _folder(recorded.subdirectory) != source.subdirectory:
        return f"was installed from another folder of the repository, {recorded.subdirectory or 'its root'}"
    if source.revision is None:
        return None
    commit = (recorded.commit or "").lower()
    if commit.startswith(source.revision.lower()) or source.revision == recorded.requested_revision:
        return None
    if _is_commit(source.revision):
        return f"was installed from commit {commit[:12]}, not {source.revision[:12]}" if commit else None
    name = recorded.requested_revision
    if name is None or name == "HEAD" or _is_commit(name):
        return None
    return f"was installed from {redact(name)}, not {source.revision}"


def _other_archive(source: Source, recorded: DirectUrl) -> str | None:
    if recorded.vcs is not None or recorded.editable or _archive(recorded.url) != source.place:
        return f"was installed from {redact(recorded.url)}"
    if _folder(recorded.subdirectory) != source.subdirectory:
        return f"was installed from another folder of the archive, {recorded.subdirectory or 'its root'}"
    known = dict(text.lower().partition("=")[::2] for text in recorded.hashes)
    for text in source.hashes:
        name, _, digest = text.partition("=")
        if known.get(name, digest) != digest:
            return f"was installed from a file with another {name} hash"
    return None


def _other_path(source: Source, editable: bool, recorded: DirectUrl, files: FileView) -> str | None:
    path = files.path
    if not recorded.url.startswith("file:"):
        return f"was installed from {redact(recorded.url)}"
    there = path_of(recorded.url, path)
    if path.normcase(files.real(there)) != path.normcase(files.real(source.place)):
        return f"was installed from {there}"
    if _folder(recorded.subdirectory) != source.subdirectory:
        return f"was installed from another folder, {recorded.subdirectory or 'its root'}"
    if editable != recorded.editable:
        return "is installed, but not as editable" if editable else "is installed as editable, but the requirement is not editable"
    return None


def _local(url: str, folder: str, path: ModuleType) -> Source:
    body, _, fragment = url.partition("#") if "=" in url.rpartition("#")[2] else (url, "", "")
    parts = _fragment(fragment)
    place = path_of(body, path) if body.startswith("file:") else body
    return Source("path", path.normpath(path.join(folder, place)), subdirectory=_folder(parts.get("subdirectory")))


def path_of(url: str, path: ModuleType) -> str:
    """The path of a ``file:`` URL, in the flavour of the files that are looked at; a relative one (``file:lib``) stays relative."""
    text = unquote(url[len("file:") :].partition("#")[0])
    if text.startswith("//"):
        host, slash, rest = text[2:].partition("/")
        unc = path.sep == "\\" and host not in ("", "localhost")
        text = f"//{host}{slash}{rest}" if unc else f"{slash}{rest}"
    if path.sep == "\\" and re.match(r"/[A-Za-z][:|]", text):
        text = f"{text[1]}:{text[3:]}"
    return str(path.normpath(text)) if text else text


def _repository(host: str, path: str) -> str:
    name = unquote(path).rstrip("/")
    name = name[:-4] if name.endswith(".git") else name
    host = host.lower()
    return f"{host}/{(name.lower() if host in ('github.com', 'gitlab.com', 'bitbucket.org') else name).lstrip('/')}"


def _archive(url: str) -> str:
    parts = url_parts(url)
    if parts is None:
        return url
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    if port == {"http": 80, "https": 443}.get(parts.scheme.lower()):
        port = None
    return f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}{unquote(parts.path)}{f'?{parts.query}' if parts.query else ''}"


def _fragment(text: str) -> dict[str, str]:
    return {name: unquote(value) for name, _, value in (part.partition("=") for part in text.split("&")) if value}


def _folder(text: str | None) -> str | None:
    return text.strip("/") or None if text else None


def _is_commit(text: str) -> bool:
    return _COMMIT.fullmatch(text) is not None and (len(text) >= 12 or any(character.isdecimal() for character in text))
