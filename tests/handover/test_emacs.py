"""The lines of `server/docs/how-to/other-servers.md` in Emacs: two members, two environments, one session, both servers real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.test_editors import blocks, emacs
from tests.handover import two_members

PAGE = Path(__file__).resolve().parents[2] / "server" / "docs" / "how-to" / "other-servers.md"

SCRIPT = """ ;; -*- lexical-binding: t -*-
(package-initialize)
(require 'eglot)
(setq eglot-sync-connect 240 eglot-connect-timeout 240 eglot-autoshutdown nil jsonrpc-default-request-timeout 120)
(defvar seen nil)
(defun unresolved ()
  (flymake-start) ; which without a display nobody does
  (let (names)
    (dolist (item (flymake-diagnostics))
      (let ((text (flymake-diagnostic-text item)))
        (when (string-match "Import \\"\\\\(only_[a-z]+\\\\)\\" could not be resolved" text)
          (push (match-string 1 text) names))))
    (mapconcat #'identity (sort names #'string<) " ")))
(defun expect (label buffer wanted)
  (with-current-buffer buffer
    (let ((turns 0))
      (while (and (< turns 2400) (not (equal (unresolved) wanted)))
        (accept-process-output nil 0.1)
        (setq turns (1+ turns))))
    (push (format "%s: %s" label (unresolved)) seen)))
(defun opened (path)
  (with-current-buffer (find-file-noselect path)
    (apply #'eglot (eglot--guess-contact))
    (current-buffer)))
(condition-case problem
    (let ((left (opened "left/code.py")) (right (opened "right/code.py")))
      (opened "right/requirements.txt")
      (expect "left" left "only_right")
      (expect "right" right "only_left")
      (rename-file "right/.venv" "right/gone")
      (rename-file "right/other" "right/.venv")
      (expect "right, another environment" right "only_right"))
  (error (push (format "%S" problem) seen)))
(write-region (mapconcat #'identity (reverse seen) "\\n") nil "seen.log")
(kill-emacs)
"""


@pytest.mark.network
@pytest.mark.slow
def test_each_project_gets_its_own_environment_and_the_next_one(tmp_path: Path) -> None:
    program = emacs()
    base = two_members.workspace(tmp_path / "work")
    lines = re.findall(r"^```elisp\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "init.el").write_text(blocks("elisp")[0] + lines)
    (tmp_path / "script.el").write_text(SCRIPT.lstrip())
    argv = [program, "--batch", "-l", str(tmp_path / "init.el"), "-l", str(tmp_path / "script.el")]
    assert two_members.seen(argv, base) == two_members.EXPECTED
