-- What a person does in Neovim, step by step; each step writes what was seen to steps.log.
local seen = {}
local function note(step, value)
  table.insert(seen, step .. ": " .. value)
end
local function codes()
  local names = {}
  for _, item in ipairs(vim.diagnostic.get(0)) do
    if item.code ~= "selected-environment" and item.code ~= "unignored-environment" then table.insert(names, item.code) end
  end
  table.sort(names)
  return table.concat(names, " ")
end
-- What is shown once it is `wanted`, or at the end of the patience.
local function shown(step, wanted)
  vim.wait(240000, function() return codes() == wanted end, 50)
  note(step, codes())
end
local ended = 0
vim.api.nvim_create_autocmd("LspProgress", { pattern = "end", callback = function() ended = ended + 1 end })
-- Does it and waits until it is done: what is shown may be right a moment before the tool ends.
local function act(beginning, kind)
  local before = ended
  local begins = function(action) return vim.startswith(action.title, beginning) end
  vim.lsp.buf.code_action({ context = { only = { kind } }, filter = begins, apply = true })
  vim.wait(240000, function() return ended > before end, 50)
end
vim.fn.inputlist = function(lines)
  note("question", (vim.split(lines[1], "\n")[1]:gsub(": $", "")))
  return 1
end

shown("opened", "no-environment")
-- Behind the requirement, not on what is underlined.
vim.cmd("normal! $")
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = { start = { line = 0, character = 1 }, ["end"] = { line = 0, character = 1 } },
  context = { diagnostics = {} },
}, 120000) or {}) do
  note("first action", answer.result[1].title)
end
act("Create", "quickfix")
shown("created", "")

local installed = vim.fn.glob(".venv/lib/python*/site-packages/firstthing-1.0.dist-info")
vim.fn.rename(installed, "../kept")
shown("uninstalled outside", "missing-requirement")
vim.fn.rename("../kept", installed)
shown("installed outside", "")

vim.fn.rename(installed, "../kept")
shown("uninstalled again", "missing-requirement")
act("Sync", "source")
shown("synced", "")

vim.fn.rename(".venv", "../parked")
shown("environment gone", "no-environment")
vim.fn.rename("../parked", ".venv")
shown("new environment", "")

vim.fn.mkdir("late/requirements", "p")
vim.fn.writefile({ "secondthing" }, "late/requirements/base.in")
for _, name in ipairs({ "late/requirements/base.in", "late/setup.cfg", "late/Pipfile.lock", "late/poetry.lock", "late/tox.ini", "late/environment.yml" }) do
  vim.cmd("edit " .. name)
  vim.wait(120000, function() return #vim.lsp.get_clients({ bufnr = 0, name = "venvls" }) > 0 end, 50)
  note("attached to " .. name, tostring(#vim.lsp.get_clients({ bufnr = 0, name = "venvls" })))
  if vim.endswith(name, ".in") then shown("late", "missing-requirement") end
end
vim.fn.writefile(seen, "steps.log")
vim.cmd("qa!")
