-- From a mark on an import to the package, in one choice; each step writes what was seen to steps.log.
local seen = {}
local function note(step, value)
  table.insert(seen, step .. ": " .. value)
end
local function marks()
  local names = {}
  for _, item in ipairs(vim.diagnostic.get(0)) do
    table.insert(names, item.code .. " at " .. (item.lnum + 1) .. ":" .. (item.col + 1))
  end
  table.sort(names)
  return table.concat(names, " ")
end
local function shown(step, wanted)
  vim.wait(60000, function() return marks() == wanted end, 50)
  note(step, marks())
end
local ended = 0
vim.api.nvim_create_autocmd("LspProgress", { pattern = "end", callback = function() ended = ended + 1 end })
vim.fn.inputlist = function() return 1 end

shown("opened", "missing-import at 1:8")
vim.api.nvim_buf_set_lines(0, 0, 0, false, { "import os" })
shown("typed above", "missing-import at 2:8")
vim.api.nvim_win_set_cursor(0, { 2, 9 })
vim.lsp.buf.code_action({
  context = { only = { "quickfix" } },
  filter = function(action) return action.isPreferred end,
  apply = true,
})
-- What is shown may be right a moment before the tool ends.
vim.wait(120000, function() return ended > 0 end, 50)
shown("added", "")
vim.fn.writefile(seen, "steps.log")
vim.cmd("qa!")
