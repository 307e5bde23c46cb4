"""The families, whose packages load all their files, are loaded by one thread: two at once can wait for each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.lsp.editor import Editor, make_environment, range_of
from venvls.lsp.features import FEATURES

FAMILIES = ("actions", "engine", "environments", "manifests", "rules", "tools", "workspace")
CODE = """
import importlib, sys
import venvls.__main__, venvls.lsp.server, venvls.lsp.session
for file in sys.argv[1].split(","):
    importlib.import_module("venvls.lsp.features." + file)
print(*(name for name in sys.argv[2].split(",") if "venvls." + name in sys.modules))
"""


def test_what_answers_on_the_event_loop_loads_no_family() -> None:
    """A file of the features is loaded there by its first call, while the worker may be loading the families."""
    files = ",".join(sorted({place.partition(".")[0] for _, place in FEATURES}))
    ran = subprocess.run([sys.executable, "-c", CODE, files, ",".join(FAMILIES)], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.split() == []


RECORDING = """
import sys, threading
log = open({log!r}, "a")
def note(event, arguments):
    if event == "import" and arguments[0].startswith("venvls."):
        log.write(threading.current_thread().name + " " + arguments[0] + "\\n")
        log.flush()
sys.addaudithook(note)
sys.argv = ["venvls", "lsp"]
from venvls.__main__ import main
sys.exit(main())
"""
REQUESTS = (
    *("hover", "definition", "references", "prepareCallHierarchy", "completion", "prepareRename"),
    *("documentSymbol", "inlayHint", "codeLens", "documentLink", "foldingRange"),
)


def test_the_families_are_loaded_by_the_worker(tmp_path: Path) -> None:
    root, log = tmp_path / "work", tmp_path / "loaded.txt"
    make_environment(root / ".venv", attrs="25.1.0")
    manifest = root / "requirements.txt"
    manifest.write_text("attrs>=26\nsix\n")
    with Editor(root, server=[sys.executable, "-c", RECORDING.format(log=str(log))], environ={"VENVLS_CACHE": "off"}) as editor:
        editor.open(manifest)
        place = {"textDocument": {"uri": manifest.as_uri()}, "position": {"line": 0, "character": 2}, "range": range_of((0, 0), (2, 0))}
        place["context"] = {"includeDeclaration": True, "triggerKind": 1}
        for request in REQUESTS:
            editor.request(f"textDocument/{request}", place)
        editor.actions(manifest)
        editor.request("workspace/symbol", {"query": "a"})
        editor.request("venvls/projects", {})
        editor.request("venvls/pythons", {"project": str(root)})
        editor.run("activate", project=str(root))
        editor.replace(manifest, 2, "attrs\n")
        editor.until(manifest, [])
    loaded = [line.split() for line in log.read_text().splitlines()]
    families = {f"venvls.{family}" for family in FAMILIES}
    threads = {thread for thread, name in loaded if name in families or ".".join(name.split(".")[:2]) in families}
    assert threads == {"venvls-worker"}
    assert "venvls.rules" in [name for _, name in loaded]
