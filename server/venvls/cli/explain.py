"""Prints the documentation of a rule."""

from __future__ import annotations

import json

from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``explain``."""
    parser.add_argument("code", metavar="CODE", help="a rule's code, such as version-mismatch")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Print the rule's page."""
    from venvls.rules import codes, every_rule

    rule = next((rule for rule in every_rule() if rule.code == options.code), None)
    if rule is None:
        from venvls.cli import did_you_mean

        meant = did_you_mean.ending(options.code, codes(), ". Run `venvls rules` to list them.")
        raise Failure(f"there is no rule `{options.code}`{meant}")
    if options.format == "json":
        print(json.dumps({"schema": 1, "code": rule.code, "severity": rule.severity, "documentation": rule.doc.strip()}, indent=2))
    else:
        print(f"{rule.code} ({rule.severity})\n\n{rule.doc.strip()}")
    return 0
