"""Lists the rules: what each says and its severity."""

from __future__ import annotations

import json

from venvls.cli import opening
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``rules``."""
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Print them in the order they are documented."""
    from venvls.rules import every_rule

    rows = [(rule.code, rule.severity, rule.doc.strip().splitlines()[0]) for rule in every_rule()]
    if options.format == "json":
        print(
            json.dumps(
                {"schema": 1, "rules": [{"code": code, "severity": severity, "says": says} for code, severity, says in rows]}, indent=2
            )
        )
        return 0
    width = max(len(code) for code, _, _ in rows)
    for code, severity, says in rows:
        print(f"{code:<{width}}  {severity:<11}  {says}")
    return 0
