"""The life cycle with a client that was not written beside the server: pytest-lsp, which checks that no notification precedes its time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from tests.lsp.editor import codes_of, make_environment


def client_with_handlers() -> LanguageClient:
    """pytest-lsp's client answers few of a server's requests by itself."""
    client = make_test_lsp_client()
    client.projects = client.registrations = None  # type: ignore[attr-defined]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(params: types.RegistrationParams) -> None:
        client.registrations = [one.method for one in params.registrations]  # type: ignore[attr-defined]

    @client.feature("venvls/didChangeProjects")
    def projects(params: Any) -> None:
        client.projects = params.projects  # type: ignore[attr-defined]

    return client


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[sys.executable, "-m", "venvls", "lsp"], client_factory=client_with_handlers),
)
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    root = tmp_path_factory.mktemp("life")
    make_environment(root / ".venv", idna="3.4")
    (root / "requirements.txt").write_text("idna\nflask\n")
    lsp_client.root = root  # type: ignore[attr-defined]
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
        ),
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(tag_support=None)
        ),
    )
    folders = [types.WorkspaceFolder(uri=root.as_uri(), name="life")]
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities, workspace_folders=folders))
    yield
    await lsp_client.shutdown_session()


async def published(client: LanguageClient, uri: str, codes: list[str]) -> None:
    await until(lambda: uri in client.diagnostics and codes_of([{"code": one.code} for one in client.diagnostics[uri]]) == codes)


async def until(true: Callable[[], Any]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come true in 20 seconds")


@pytest.mark.asyncio
async def test_from_hello_to_goodbye(client: LanguageClient) -> None:
    manifest: Path = client.root / "requirements.txt"  # type: ignore[attr-defined]
    uri = manifest.as_uri()
    await published(client, uri, ["missing-requirement"])
    await until(lambda: client.projects and client.projects[0].in_sync is False)  # type: ignore[attr-defined]
    document = types.TextDocumentItem(uri=uri, language_id="pip-requirements", version=1, text="idna\n")
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))
    await published(client, uri, [])
    change = types.TextDocumentContentChangePartial(
        range=types.Range(start=types.Position(line=0, character=4), end=types.Position(line=0, character=4)), text="==3.5"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2), content_changes=[change])
    )
    await published(client, uri, ["version-mismatch"])
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            range=types.Range(start=types.Position(line=0, character=0), end=types.Position(line=0, character=9)),
            context=types.CodeActionContext(diagnostics=[]),
        )
    )
    assert actions
    client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=uri)))
    await published(client, uri, ["missing-requirement"])
    await until(lambda: client.registrations == ["workspace/didChangeWatchedFiles"])  # type: ignore[attr-defined]
