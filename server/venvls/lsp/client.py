"""What the editor can do, read once from its capabilities. What it does not say it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from lsprotocol import types


class Client(NamedTuple):
    """The editor's abilities that change what we send."""

    pulls: bool = False
    """It pulls diagnostics; nothing is pushed then."""
    refreshes: bool = False
    related: bool = False
    tags: bool = False
    code_description: bool = False
    diagnostic_data: bool = False
    action_literals: bool = False
    resolves_edits: bool = False
    preferred: bool = False
    document_changes: bool = False
    creates_files: bool = False
    watches: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    folders: bool = False
    progress: bool = False


def read(capabilities: types.ClientCapabilities) -> Client:
    """The abilities that these capabilities state."""

    def at(path: str) -> Any:
        value: Any = capabilities
        for name in path.split("."):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value

    push, action = "text_document.publish_diagnostics", "text_document.code_action"
    tags = at(f"{push}.tag_support.value_set")
    resolves = at(f"{action}.resolve_support.properties") or ()
    pulls = at("text_document.diagnostic") is not None
    pulled = "text_document.diagnostic"
    return Client(
        pulls=pulls,
        refreshes=bool(at("workspace.diagnostics.refresh_support")),
        related=bool(at(f"{push}.related_information") or at(f"{pulled}.related_information")),
        tags=1 in [int(tag) for tag in tags or at(f"{pulled}.tag_support.value_set") or ()],
        code_description=bool(at(f"{push}.code_description_support") or at(f"{pulled}.code_description_support")),
        diagnostic_data=bool(at(f"{push}.data_support") or at(f"{pulled}.data_support")),
        action_literals=at(f"{action}.code_action_literal_support") is not None,
        resolves_edits="edit" in resolves and bool(at(f"{action}.data_support")),
        preferred=bool(at(f"{action}.is_preferred_support")),
        document_changes=bool(at("workspace.workspace_edit.document_changes")),
        creates_files="create" in [str(getattr(one, "value", one)) for one in at("workspace.workspace_edit.resource_operations") or ()],
        watches=bool(at("workspace.did_change_watched_files.dynamic_registration")),
        configuration=bool(at("workspace.configuration")),
        registers_configuration=bool(at("workspace.did_change_configuration.dynamic_registration")),
        folders=bool(at("workspace.workspace_folders")),
        progress=bool(at("window.work_done_progress")),
    )
