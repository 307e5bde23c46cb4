"""What a person would want to know before an installer runs, one sentence each, free of secrets.

Indexes and hosts a file brings along (T10), addresses and folders that packages are installed from, builds that run code (T14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_OPTIONS = {
    "--index-url": "replaces the package index with {}",
    "--extra-index-url": "also installs from the package index {}",
    "--find-links": "also installs from {}",
    "--trusted-host": "turns off the certificate check for {}",
    "--no-binary": "builds {} from source, which runs the packages' code",
}
_VCS = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
_REMOTE = re.compile(r"(https?|ftp|git|ssh)://", re.IGNORECASE)
_SDIST = re.compile(r"\.(tar\.gz|tar\.bz2|tar\.xz|tgz|zip)(#|$)", re.IGNORECASE)


def of_file(manifest: Manifest, *, outside: bool = False, requirements: bool = True) -> Iterator[str]:
    """What one requirements file does next to naming packages. Of a file ``outside`` the workspace only its path is told (T13)."""
    from venvls.model.redact import redact

    name = re.split(r"[\\/]", manifest.path)[-1]
    if outside:
        yield f"Requirements are also installed from a file outside the workspace: {manifest.path}."
        return
    for option in manifest.options:
        sentence = _OPTIONS.get(option.name)
        if sentence is not None:
            yield f"{name} {sentence.format(redact(option.value or 'nothing'))}."
    if not requirements:
        return
    for include in manifest.includes:
        if _REMOTE.match(include.target):
            yield f"{name} includes more requirements from {redact(include.target)}."
    for requirement in manifest.requirements:
        if requirement.parsed.url is not None:
            yield _source(requirement.parsed.url, requirement.parsed.key, editable=requirement.parsed.editable)


def of_argument(text: str) -> Iterator[str]:
    """What one requirement brings along when it names where it comes from."""
    name, separator, rest = text.partition("@")
    if separator:
        yield _source(rest.split(" ;")[0].strip(), name.split("[")[0].strip())


def of_scripts_folder(facts: Facts) -> Iterator[str]:
    """Settings inside the environment or the project that change what an installer does."""
    path = facts.files.path
    if facts.environment is not None:
        config = path.join(facts.environment.prefix, "pip.ini" if facts.environment.layout == "windows" else "pip.conf")
        if facts.files.stat(config) is not None:
            yield f"pip also uses the settings in {config}."


def of_uv_settings(facts: Facts) -> Iterator[str]:
    """uv reads its settings from the folder it runs in; told where it has to run in the project's."""
    path = facts.files.path
    config = path.join(facts.project.root, "uv.toml")
    if facts.files.stat(config) is not None:
        yield f"uv also uses the settings in {config}."
    manifest = facts.manifests.get(path.join(facts.project.root, "pyproject.toml"))
    if manifest is not None and "tool.uv" in manifest.text.source:
        yield f"uv also uses the settings in {manifest.path}."


def _source(url: str, name: str | None, *, editable: bool = False) -> str:
    from venvls.model.redact import redact

    shown = redact(url)
    what = name or "A package"
    if editable:
        return f"{what} is installed in editable mode from {shown}, which runs its build."
    if _VCS.match(url):
        return f"{what} is fetched from {shown} and built, which runs its code."
    if _SDIST.search(url) or not url.partition("#")[0].endswith(".whl"):
        return f"{what} is installed from {shown}, which may run its build."
    return f"{what} is installed from {shown}."
