"""A manifest whose text comes through standard input: `check -`, as an editor or a hook has it before it is saved."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.manifests.syntax.decode import decode
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

MARK = "-"


def path(options: argparse.Namespace) -> str:
    """The absolute path that the text is for, which need not exist; a failure where the options do not go together."""
    if options.paths != [MARK]:
        raise Failure(
            "--stdin-filename names what comes through standard input: give `-` as the only PATH with it."
            if MARK not in options.paths
            else "`-` is standard input: give no other PATH with it."
        )
    if options.stdin_filename is None:
        raise Failure("`check -` needs --stdin-filename FILE: the name says what the text is, and which project it belongs to.")
    for given, name in ((options.fix, "--fix"), (options.watch, "--watch")):
        if given:
            raise Failure(f"{name} needs a file, and standard input is none.")
    named: str = os.path.abspath(options.stdin_filename)
    opening.existing((os.path.dirname(named),))
    if os.path.isdir(named):
        raise Failure(f"`{options.stdin_filename}` is a folder: --stdin-filename takes the name of a file.")
    return named


def text() -> str:
    """All of standard input; a failure where it is no text."""
    if sys.stdin is None:
        raise Failure("standard input is closed.")
    decoded = decode(sys.stdin.buffer.read())
    if decoded.problem is not None:
        raise Failure(f"standard input cannot be read: {decoded.problem.message}.")
    return decoded.text
