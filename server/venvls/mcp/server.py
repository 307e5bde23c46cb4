"""Tools and resources on the SDK. Each request is answered in a thread with a workspace of its own; a cancelled one stops its task."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import anyio
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.mcpserver.resolve import Elicit, ListRoots, Resolve
from mcp.server.mcpserver.resources.templates import ResourceSecurity
from mcp_types import InputRequiredResult, ListRootsRequest, ListRootsResult, Root, ToolAnnotations
from mcp_types.version import is_version_at_least
from pydantic import BaseModel, Field

# The families before the first thread: two threads that load one package of these can wait for each other.
from venvls import __version__, actions, environments, manifests, rules, tools  # noqa: F401
from venvls.mcp import answers, doing, results
from venvls.mcp.answers import Answer, Desk, Refusal, cleaned
from venvls.services import Services

INSTRUCTIONS = (
    "venvls knows which Python environment each project uses and whether it is in sync with what the project requires. Call "
    "`environment_for` before you run Python, pip or tests; install with `add`, never with pip. Reading starts no program; `sync`, `add`, "
    "`remove`, `create` and `upgrade` run the project's own tool, and need the person's trust."
)


class _Given:
    """What the command line said, for the process: how to get the ports, whether tasks need no question, the folders without roots."""

    services: Callable[[], Services]
    trust: bool = False
    folders: tuple[str, ...] = ()


def run(services: Callable[[], Services], *, trust: bool, folders: tuple[str, ...]) -> None:
    """Serves standard input and output to their end."""
    made(services, trust=trust, folders=folders).run("stdio")


def made(services: Callable[[], Services], *, trust: bool, folders: tuple[str, ...]) -> MCPServer[Any]:
    """The server with its tools, for these ports."""
    _Given.services = staticmethod(services)
    _Given.trust, _Given.folders = trust, folders
    server = _Server("venvls", title="venvls", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    for tool, title, hints in _TOOLS:
        server.tool(title=title, annotations=hints)(tool)
    server.resource("venvls://findings", title="All findings", mime_type="application/json")(all_findings)
    security = ResourceSecurity(exempt_params=frozenset({"path"}))  # a path is looked at by `located`, which follows links too
    server.resource("venvls://findings/{+path}", title="Findings of a manifest", mime_type="application/json", security=security)(
        findings_of
    )
    return server


# What is asked of the client, before a tool runs


def roots(ctx: Context) -> ListRoots | ListRootsResult:
    """The client's roots; those of the command line where it has none."""
    capabilities = ctx.client_capabilities
    if capabilities is not None and capabilities.roots is not None:
        return ListRoots()
    return ListRootsResult(roots=[])


class Consent(BaseModel):
    """The one question."""

    trust: bool = Field(description="Trust this folder: run programs that it controls")


def consent(path: str, named: Annotated[ListRootsResult, Resolve(roots)], ctx: Context) -> Elicit[Consent] | Consent:
    """Whether tasks may run for the folder of ``path``; asked where nobody said so yet and the client can ask."""
    if _Given.trust:
        return Consent(trust=True)
    desk = _desk(named)
    try:
        folder = answers.located(path, desk)[1]
    except Refusal:
        return Consent(trust=False)  # the tool says what is wrong with the path
    known = desk.services.memory.trusted(folder)
    if known is not None or not _could_ask(ctx):
        return Consent(trust=known is True)
    return Elicit(cleaned(f"Trust {folder}? This task runs programs that the folder controls. Your answer is remembered."), Consent)


Roots = Annotated[ListRootsResult, Resolve(roots)]
Trusted = Annotated[ElicitationResult[Consent], Resolve(consent)]
Path = Annotated[str, Field(description="a file or folder of the project, absolute or from a root")]
Names = Annotated[
    list[str], Field(description="PEP 508 names with extras and versions, such as httpx[http2]>=0.27; no options, URLs or paths")
]
Confirmed = Annotated[bool, Field(description="the person agreed to what the first call named as unusual")]


# Reading


async def environment_for(named: Roots, path: Path = ".") -> results.EnvironmentFor:
    """Which Python environment a file or folder uses, and how to run Python and the tests there. Call this before you run Python or pip."""
    return results.EnvironmentFor.model_validate(await _read(partial(answers.environment_for, path), named))


async def check(
    named: Roots,
    path: Path = ".",
    imports: Annotated[bool, Field(description="also what all code imports; of a file of code that is checked anyway")] = False,
) -> results.Check:
    """What is out of sync between a project's requirements and its environment: missing, wrong and broken packages, with their fixes."""
    return results.Check.model_validate(await _read(partial(answers.check, path, imports=imports), named))


async def why(named: Roots, package: Annotated[str, Field(description="the name of a package")], path: Path = ".") -> results.Why:
    """Why a package is there: every chain from a line of a manifest to it."""
    return results.Why.model_validate(await _read(partial(answers.why, package, path), named))


async def packages(named: Roots, path: Path = ".") -> results.Packages:
    """What is installed, required and locked in a project, and the state of each package."""
    return results.Packages.model_validate(await _read(partial(answers.packages, path), named))


async def explain(code: Annotated[str, Field(description="the code of a finding, such as version-mismatch")]) -> results.Explained:
    """What a finding's code means and what fixes it."""
    return results.Explained.model_validate(await _threaded(lambda report, stopped: answers.explain(code), None))


async def plan(
    named: Roots,
    task: Annotated[str, Field(description="create, sync, add, remove or upgrade")],
    path: Path = ".",
    requirements: Names | None = None,
) -> results.Planned:
    """The exact commands that a task would run. Nothing is run, so that no trust is needed."""

    def work(desk: Desk) -> Answer:
        task_made, workspace, _ = doing.task_of(task, path, requirements or [], desk)
        return doing.plan(task_made, workspace, desk)

    return results.Planned.model_validate(await _read(work, named))


# Doing


async def sync(
    ctx: Context,
    named: Roots,
    trusted: Trusted,
    path: Path = ".",
    exact: Annotated[bool, Field(description="also remove packages that nothing requires")] = False,
    confirmed: Confirmed = False,
) -> results.Done:
    """Syncs a project's environment with its requirements, by the project's own tool."""
    return await _do("sync", path, [], ctx, named, trusted, confirmed, options={"exact": True} if exact else {})


async def add(
    ctx: Context,
    named: Roots,
    trusted: Trusted,
    requirements: Names,
    path: Path = ".",
    group: Annotated[str | None, Field(description="the dependency group")] = None,
    extra: Annotated[str | None, Field(description="the extra of the project")] = None,
    confirmed: Confirmed = False,
) -> results.Done:
    """Puts packages into the project's manifest and installs them. Use this instead of pip install."""
    return await _do("add", path, requirements, ctx, named, trusted, confirmed, group=group, extra=extra)


async def remove(
    ctx: Context,
    named: Roots,
    trusted: Trusted,
    requirements: Names,
    path: Path = ".",
    group: Annotated[str | None, Field(description="the dependency group")] = None,
    extra: Annotated[str | None, Field(description="the extra of the project")] = None,
    confirmed: Confirmed = False,
) -> results.Done:
    """Removes packages from the project's manifest and from its environment, with what only they needed."""
    return await _do("remove", path, requirements, ctx, named, trusted, confirmed, group=group, extra=extra)


async def create(
    ctx: Context,
    named: Roots,
    trusted: Trusted,
    path: Path = ".",
    python: Annotated[str | None, Field(description="the version of Python, such as 3.12; the newest that fits by default")] = None,
    confirmed: Confirmed = False,
) -> results.Done:
    """Creates the environment of a project that has none, and syncs it."""
    options: dict[str, object] = {}
    if python is not None:
        if not python.replace(".", "").isdecimal():
            raise ToolError("python takes a version, such as 3.12.")
        options["python"] = python
    return await _do("create", path, [], ctx, named, trusted, confirmed, options=options)


async def upgrade(
    ctx: Context,
    named: Roots,
    trusted: Trusted,
    requirements: Names | None = None,
    path: Path = ".",
    confirmed: Confirmed = False,
) -> results.Done:
    """Upgrades packages (all by default) as far as the project's requirements allow."""
    return await _do("upgrade", path, requirements or [], ctx, named, trusted, confirmed)


_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_DOES = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=True)
_TOOLS: tuple[tuple[Callable[..., Any], str, ToolAnnotations], ...] = (
    (environment_for, "Environment of a file", _READS),
    (check, "Check a project", _READS),
    (why, "Why a package is there", _READS),
    (packages, "List packages", _READS),
    (plan, "Plan a task", _READS),
    (explain, "Explain a finding", _READS),
    (sync, "Sync the environment", _DOES),
    (add, "Add packages", _DOES),
    (remove, "Remove packages", _DOES),
    (create, "Create the environment", _DOES),
    (upgrade, "Upgrade packages", _DOES),
)


# Resources


_folders: ContextVar[tuple[str, ...]] = ContextVar("_folders", default=())
"""The folders of the resource that is being read."""


class _Server(MCPServer[Any]):
    """The SDK fills the roots into tools; here they are requested before a resource is read too."""

    async def read_resource(
        self, uri: Any, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        named = await _named(context) if context is not None else ListRootsResult(roots=[])
        if isinstance(named, InputRequiredResult):
            return named
        before = _folders.set(_desk(named).folders)
        try:
            return await super().read_resource(uri, context)
        finally:
            _folders.reset(before)


async def _named(ctx: Context) -> ListRootsResult | InputRequiredResult:
    """The client's roots, or what it has to answer first: since 2026-07-28 a server requests nothing by itself."""
    if isinstance(known := roots(ctx), ListRootsResult):
        return known
    if ctx.protocol_version is None or not is_version_at_least(ctx.protocol_version, "2026-07-28"):
        answer: ListRootsResult = await ctx.session.list_roots()
        return answer
    given = (ctx.input_responses or {}).get("roots")
    return given if isinstance(given, ListRootsResult) else InputRequiredResult(input_requests={"roots": ListRootsRequest()})


async def all_findings() -> str:
    """The findings of all projects below the client's roots, as JSON."""
    return json.dumps([await _of_resource(partial(answers.check, folder)) for folder in _folders.get()], indent=2)


async def findings_of(path: str) -> str:
    """The findings of one manifest, as JSON: venvls://findings/requirements.txt."""
    return json.dumps(await _of_resource(partial(answers.check, unquote(path))), indent=2)


async def _of_resource(work: Callable[[Desk], Answer]) -> Answer:
    desk = Desk(_Given.services(), _folders.get())
    try:
        return await _threaded(lambda report, stopped: work(desk), None)
    except ToolError as error:
        raise ResourceError(str(error)) from None


# How


def _desk(named: ListRootsResult) -> Desk:
    folders = tuple(path for root in named.roots if (path := _path(root)) is not None)
    return Desk(_Given.services(), folders if named.roots else _Given.folders)


def _path(root: Root) -> str | None:
    parts = urlsplit(str(root.uri))
    return url2pathname(parts.path) if parts.scheme == "file" and parts.netloc in ("", "localhost") else None


async def _read(work: Callable[[Desk], Answer], named: ListRootsResult) -> Answer:
    desk = _desk(named)
    return await _threaded(lambda report, stopped: work(desk), None)


async def _do(
    name: str,
    path: str,
    requirements: list[str],
    ctx: Context,
    named: ListRootsResult,
    trusted: ElicitationResult[Consent],
    confirmed: bool,
    *,
    group: str | None = None,
    extra: str | None = None,
    options: dict[str, object] | None = None,
) -> results.Done:
    desk = _desk(named)
    granted = isinstance(trusted, AcceptedElicitation) and trusted.data.trust

    def work(report: Callable[[str], None], stopped: Callable[[], bool]) -> Answer:
        folder = answers.located(path, desk)[1]
        memory = desk.services.memory
        # First of all: who has answered is not asked again, whatever is wrong with the rest of the call.
        if not _Given.trust and isinstance(trusted, AcceptedElicitation) and memory.trusted(folder) is None and _could_ask(ctx):
            memory.trust(folder, granted)
        task, workspace, project = doing.task_of(name, path, requirements, desk, group=group, extra=extra, options=options)
        if not granted:
            raise Refusal(doing.UNTRUSTED)
        return doing.perform(task, workspace, project, desk, confirmed, report, stopped)

    return results.Done.model_validate(await _threaded(work, ctx))


def _could_ask(ctx: Context) -> bool:
    """Whether the client shows a form to the person: one that can only open a page cannot answer."""
    elicitation = ctx.client_capabilities.elicitation if ctx.client_capabilities is not None else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


async def _threaded(work: Callable[[Callable[[str], None], Callable[[], bool]], Answer], ctx: Context | None) -> Answer:
    """Runs ``work`` in a thread and reports its lines as progress; where the request is cancelled, the work is told and waited for."""
    stop = threading.Event()
    loop = asyncio.get_running_loop()
    lines = 0

    def report(line: str) -> None:
        nonlocal lines
        lines += 1
        if ctx is not None and not stop.is_set():
            asyncio.run_coroutine_threadsafe(_progress(ctx, lines, cleaned(line)), loop)

    running = loop.run_in_executor(None, work, report, stop.is_set)
    try:
        return cleaned(await asyncio.shield(running))  # type: ignore[no-any-return]
    except Refusal as refusal:
        raise ToolError(cleaned(str(refusal))) from None
    except asyncio.CancelledError:
        stop.set()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([running])
        raise


async def _progress(ctx: Context, number: int, line: str) -> None:
    await ctx.report_progress(number, None, line)
