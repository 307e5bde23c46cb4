"""The language server: the only importer of pygls and lsprotocol.

``framing`` bytes ↔ messages · ``transport`` threads that read and write · ``parent`` the editor's death · ``protocol`` what LSP promises.
"""
