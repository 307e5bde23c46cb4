"""What a task asks a tool to install, gathered from the project's manifests: files to hand over whole, and single requirements.

Requirements files are handed over whole, so that their indexes, hashes and constraints still apply. A pyproject.toml without a lock
gives its requirements as strings: installing the project itself would run its build, which was not requested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import dataclass, replace
from venvls.standards.file_urls import file_url
from venvls.tools.surprises import of_argument, of_file, of_scripts_folder

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_CARRIED = frozenset(
    ("--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host", "--no-binary", "--only-binary", "--pre")
)
_BARE = ("--no-index", "--pre")
_DISTANT = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_NAMED = 3
_MAX_ARGUMENTS = 100_000
"""Characters of requirement strings in one command line; Windows ends at 32,767, Linux at 131,072 for one argument."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to hand to an installer, in its order.

    ``files`` are requirements files; ``hashed`` those in which lines carry hashes (pip then wants one on every line, so they go apart).
    ``strings`` are PEP 508 texts, ``options`` index options for them, ``constraints`` files that bound them, ``editables`` folders for
    ``-e``, ``siblings`` the names of those that are not the project itself. ``again`` are requirements to install even where their version
    is there already. ``folder`` is where relative paths start from, ``None`` where there are none. ``refusal`` says why it cannot be done.
    """

    files: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    editables: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    folder: str | None = None
    surprises: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def of_folders(self) -> str:
        """What is installed from folders, in a person's words; empty for nothing."""
        own = ["the project itself"] if len(self.editables) > len(self.siblings) else []
        return " and ".join([*own, *(f"{name} from its folder" for name in self.siblings)])

    @property
    def empty(self) -> bool:
        """Whether there is nothing to install."""
        return not (self.files or self.hashed or self.strings or self.editables)

    def in_words(self, files: Sequence[str]) -> str:
        """What one step installs, in a person's words: the requirements of ``files``, and all the others."""
        from venvls.model.redact import redact

        named = f"the requirements of {file_names(files)}" if files else ""
        more = f" and {len(self.strings) - _NAMED} more" if len(self.strings) > _NAMED else ""
        strings = ", ".join(redact(text) for text in self.strings[:_NAMED]) + more
        return " and ".join(part for part in (named, strings, self.of_folders) if part)


def file_names(paths: Sequence[str]) -> str:
    """The names of files without their folders, as a list in a sentence."""
    return ", ".join(path.replace("\\", "/").rpartition("/")[2] for path in paths)


def gather(task: Task, facts: Facts) -> Wanted:
    """What ``task`` installs: what it names itself, else everything the project requires."""
    named = task.task in ("install", "repair") or task.requirements or task.files
    wanted = _from_folders(_named(task, facts) if named else _everything(task, facts), facts)
    return replace(wanted, again=tuple(_again(task, facts)))


def _from_folders(wanted: Wanted, facts: Facts) -> Wanted:
    """The same with the project's siblings from their folders, as the project above installs them: by name somebody else's could come."""
    siblings = dict(facts.project.siblings)
    own = [text for text in wanted.strings if "@" not in text and _named_in(text) in siblings] if siblings else []
    if not own:
        return wanted
    names = tuple(dict.fromkeys(map(_named_in, own)))
    notes = [f"{name} is installed from {siblings[name]}, which may run its build." for name in names]
    return replace(
        wanted,
        strings=tuple(text for text in wanted.strings if text not in own),
        editables=(*wanted.editables, *(siblings[name] for name in names)),
        siblings=names,
        surprises=_once([*wanted.surprises, *notes]),
    )


def _named_in(text: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", text)
    return canonical(match.group()) if match else ""


def _again(task: Task, facts: Facts) -> Iterator[str]:
    """The requirements whose names the task's ``reinstall`` option gives, as far as they can be said without their file."""
    names = task.options.get("reinstall")
    if not isinstance(names, (list, tuple)):
        return
    for manifest in facts.manifests.values():
        for requirement in manifest.requirements:
            counts = facts.counts(manifest, requirement.scope) and not requirement.hashes
            if counts and requirement.parsed.key in names and not is_local(requirement) and not unfit(as_string(requirement)):
                yield as_string(requirement)


def _named(task: Task, facts: Facts) -> Wanted:
    for text in task.requirements:
        if problem := unfit(text):
            return Wanted(refusal=problem)
    for file in task.files:
        if not facts.files.path.isabs(file):
            return Wanted(refusal=f"`{file}` is not an absolute path.")
        if facts.files.stat(file) is None:
            return Wanted(refusal=f"{file} cannot be read.")
    source = facts.manifests.get(str(task.options.get("manifest", "")))
    options: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    if source is not None and task.requirements:
        carried = _carried(source, facts)
        if carried is None:
            # A variable in an index address is the installer's to fill in, and only the file says where.
            return _files((source.path,), facts, ("The whole file is installed, because its options use variables.",))
        options, constraints = carried, tuple(_constraints(source, facts))
    wanted = _files(task.files, facts)
    surprises = [*wanted.surprises, *(note for text in task.requirements for note in of_argument(text))]
    if source is not None and options:
        surprises += of_file(source, requirements=False)
    return replace(wanted, strings=task.requirements, options=options, constraints=constraints, surprises=_once(surprises))


def _everything(task: Task, facts: Facts) -> Wanted:
    files = tuple(_requirement_files(facts))
    strings: list[str] = []
    surprises: list[str] = []
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        if manifest is None or is_requirements_file(manifest) or not _counts(path, facts):
            continue
        for requirement in _asked(manifest, task, facts):
            text = _as_argument(requirement, manifest, facts)
            if unfit(text) or (requirement.parsed.key or "").startswith("conda:"):
                # Said by its own rule at its own place, or no matter of pip (a package of conda's); the others are installed all the same.
                continue
            strings.append(text)
            surprises += of_argument(text)
    if sum(map(len, strings)) > _MAX_ARGUMENTS:
        return Wanted(refusal="The project has more requirements than fit in one command line: put them in a requirements file.")
    wanted = _files(files, facts)
    editables: tuple[str, ...] = ()
    if task.options.get("editable"):
        editables = (facts.project.root,)
        surprises.append("The project itself is installed in editable mode, which runs its build.")
    strings = list(dict.fromkeys(strings))
    return replace(wanted, strings=tuple(strings), editables=editables, surprises=_once([*wanted.surprises, *surprises]))


def _files(paths: Iterable[str], facts: Facts, notes: tuple[str, ...] = ()) -> Wanted:
    plain: list[str] = []
    hashed: list[str] = []
    surprises = list(notes)
    local = False
    for path in paths:
        reached = tuple(_reached(path, facts))
        (hashed if any(requirement.hashes for manifest in reached for requirement in manifest.requirements) else plain).append(path)
        for manifest in reached:
            surprises += of_file(manifest, outside=manifest.path in facts.outside)
            local = local or any(is_local(requirement) for requirement in manifest.requirements) or _has_local_links(manifest)
    surprises += of_scripts_folder(facts)
    return Wanted(tuple(plain), tuple(hashed), folder=facts.project.root if local else None, surprises=_once(surprises))


def _reached(path: str, facts: Facts) -> Iterator[Manifest]:
    """A file and every requirements file it leads to, each once."""
    targets: dict[str, list[str]] = {}
    for link in facts.links:
        if link.target is not None and link.failure is None:
            targets.setdefault(link.source, []).append(link.target)
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        waiting += targets.get(current, ())
        if (manifest := facts.manifests.get(current)) is not None:
            yield manifest


def _requirement_files(facts: Facts) -> Iterator[str]:
    """The requirements files to hand over: not those that only bound, not those another one includes, not sources of a compiled one."""
    path = facts.files.path
    listed = [file for file in (*facts.project.locks, *facts.project.manifests) if _counts(file, facts)]
    for link in facts.links:
        source = facts.manifests.get(link.source)
        if source is not None and link.target is not None and not is_requirements_file(source) and link.include.kind == "requirements":
            # setuptools' `dependencies = {file = "requirements.txt"}`: the file is the project's own list.
            listed.append(link.target)
    candidates = [file for file in dict.fromkeys(listed) if _installs(facts.manifests.get(file), facts)]
    included = {link.target for link in facts.links if link.include.kind == "requirements" and not link.cycle and link.source in candidates}
    for file in candidates:
        compiled = path.splitext(file)[0] + ".txt" if file.endswith(".in") else None
        if file not in included and compiled not in candidates:
            yield file


def _counts(path: str, facts: Facts) -> bool:
    return facts.counted is None or path in facts.counted


def _installs(manifest: Manifest | None, facts: Facts) -> bool:
    if manifest is None or not is_requirements_file(manifest) or manifest.constraint:
        return False
    return any(facts.counts(manifest, requirement.scope) for requirement in manifest.requirements) or any(
        include.kind == "requirements" for include in manifest.includes
    )


def is_requirements_file(manifest: Manifest) -> bool:
    """Whether pip and uv take this file with ``-r``."""
    return manifest.format.startswith("requirements")


def _asked(manifest: Manifest, task: Task, facts: Facts) -> Iterator[Requirement]:
    """The requirements that count in the environment, and those of the task's groups and extras; never the project's own name."""
    own = canonical(manifest.name) if manifest.name is not None else None
    counting = facts.counting_also(manifest, task.groups, task.extras)
    for requirement in manifest.requirements:
        if requirement.parsed.error is None and requirement.scope in counting and (own is None or requirement.parsed.key != own):
            yield requirement


def as_string(requirement: Requirement) -> str:
    """A requirement as one command-line argument: without line continuations, which only files know."""
    return re.sub(r"\s*\\\r?\n\s*", " ", requirement.parsed.text).strip()


def _as_argument(requirement: Requirement, manifest: Manifest, facts: Facts) -> str:
    """The same with the address of a folder written out: the installer runs elsewhere, and knows no fields of Hatch's."""
    from urllib.parse import unquote

    text, (parsed, path) = as_string(requirement), (requirement.parsed, facts.files.path)
    if parsed.name is None or parsed.url is None or parsed.url_span is None or not is_local(requirement) or "$" in parsed.url:
        return text
    plain = parsed.url.removeprefix("file:")
    place = path.normpath(path.join(path.dirname(manifest.path), unquote(plain) if plain != parsed.url else plain))
    return f"{parsed.text[: parsed.url_span.start]}{file_url(place, path)}{parsed.text[parsed.url_span.end :]}".strip()


def unfit(text: str) -> str | None:
    """Why a text may not stand on a command line as a requirement, as a sentence: an option in disguise, or no requirement at all."""
    from packaging.requirements import Requirement as Parsed

    from venvls.model.redact import redact

    try:
        Parsed(text)
    except ValueError:
        shown = redact(text)
        if "://" in text and " @ " not in text:
            return f"`{shown}` is not a requirement: write the name of the package before it, `NAME @ {shown}`."
        return f"`{shown}` is not a requirement: write a name, and a version if you want one, as in `requests>=2.31`."
    return None


def is_local(requirement: Requirement) -> bool:
    """Whether it names a file or folder of this machine, relative to where the installer runs."""
    url = requirement.parsed.url
    return url is not None and _DISTANT.match(url) is None


def _has_local_links(manifest: Manifest) -> bool:
    return any(
        option.name == "--find-links" and option.value is not None and _DISTANT.match(option.value) is None for option in manifest.options
    )


def _carried(manifest: Manifest, facts: Facts) -> tuple[str, ...] | None:
    """The file's index options as arguments, folders made absolute; ``None`` where one of them holds a variable."""
    path = facts.files.path
    carried: list[str] = []
    for option in manifest.options:
        name = option.name
        if name not in _CARRIED:
            continue
        if name in _BARE:
            carried.append(name)
        elif option.value is not None:
            if "${" in option.value:
                return None
            value = option.value
            if name == "--find-links" and _DISTANT.match(value) is None:
                value = path.normpath(path.join(path.dirname(manifest.path), value))
            carried.append(f"{name}={value}")
    return tuple(carried)


def _constraints(manifest: Manifest, facts: Facts) -> Iterator[str]:
    for link in facts.links:
        if link.source == manifest.path and link.include.kind == "constraints" and link.target is not None and link.failure is None:
            yield link.target


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))
