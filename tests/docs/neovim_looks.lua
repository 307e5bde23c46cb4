-- What a person looks up in Neovim, with its own functions; each step writes what was shown to steps.log.
local seen = {}
-- After an error nothing else would end it.
vim.defer_fn(function() vim.cmd("cquit") end, 400000)
local function note(step, value)
  table.insert(seen, step .. ": " .. value)
end
local function put(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
end
local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then return window end
  end
end
-- The items that a function of Neovim's lists, by what `field` says of each.
local function listed(ask, field)
  local answer
  ask({ on_list = function(list) answer = list.items end })
  vim.wait(60000, function() return answer ~= nil end, 20)
  local texts = {}
  for _, item in ipairs(answer or {}) do
    table.insert(texts, field(item))
  end
  table.sort(texts)
  return table.concat(texts, " | ")
end
local function place(item)
  return vim.fs.basename(item.filename) .. ":" .. item.lnum
end

vim.wait(60000, function() return #vim.lsp.get_clients({ bufnr = 0, name = "venvls" }) > 0 end, 20)
local client = vim.lsp.get_clients({ bufnr = 0, name = "venvls" })[1]
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)

put(5, 4)
vim.lsp.buf.hover()
vim.wait(60000, function() return float() ~= nil end, 20)
local window = float()
note("hover", table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, 3, false), " / "))
vim.api.nvim_win_close(window, true)

vim.lsp.inlay_hint.enable(true)
vim.wait(60000, function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end, 20)
local hints = {}
for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
  table.insert(hints, (hint.inlay_hint.position.line + 1) .. " " .. hint.inlay_hint.label)
end
note("hints", table.concat(hints, " | "))
local range = { start = { line = 4, character = 0 }, ["end"] = { line = 5, character = 0 } }
local part = client:request_sync("textDocument/inlayHint", { textDocument = vim.lsp.util.make_text_document_params(), range = range }, 60000, 0)
note("hints of a range", tostring(#part.result))

note("definition", listed(vim.lsp.buf.definition, place))
note("references", listed(function(options) vim.lsp.buf.references({ includeDeclaration = true }, options) end, place))
note("symbols", listed(vim.lsp.buf.document_symbol, function(item) return item.text end))
note("workspace symbols", listed(function(options) vim.lsp.buf.workspace_symbol("werkzeug", options) end, function(item) return item.text end))

vim.lsp.codelens.refresh({ bufnr = 0 })
vim.wait(60000, function() return #vim.lsp.codelens.get(0) > 0 end, 20)
local lenses = {}
for _, lens in ipairs(vim.lsp.codelens.get(0)) do
  table.insert(lenses, lens.command.title)
end
note("lenses", (table.concat(lenses, " | "):gsub("%d+%.%d+%.%d+", "3.x")))
local actions = client:request_sync("textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = { start = { line = 0, character = 0 }, ["end"] = { line = 0, character = 0 } },
  context = { diagnostics = {}, only = { "source" } },
}, 60000, 0)
note("lens as action", actions.result[1].title)

vim.fn.setqflist({})
vim.lsp.buf.outgoing_calls()
vim.wait(60000, function() return #vim.fn.getqflist() > 0 end, 20)
note("outgoing", vim.fn.getqflist()[1].text)
vim.cmd("cclose | wincmd t")

vim.api.nvim_buf_set_lines(0, 6, 6, false, { '  "werkz' })
put(7, 7)
local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
position.position.character = 8
vim.wait(60000, function() return client:request_sync("textDocument/completion", position, 60000, 0).result[1] ~= nil end, 50)
local item = client:request_sync("textDocument/completion", position, 60000, 0).result[1]
vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), client.offset_encoding)
note("completed", vim.api.nvim_get_current_line())
vim.api.nvim_buf_set_lines(0, 6, 7, false, {})

put(9, 1)
vim.lsp.buf.rename("pages")
vim.wait(60000, function() return vim.fn.getline(9):find("pages", 1, true) ~= nil end, 20)
note("renamed", vim.fn.getline(9) .. " / " .. vim.fn.getline(10))
vim.fn.writefile(seen, "steps.log")
vim.cmd("qa!")
