"""A package is installed, but a dependency of one of its extras is not.

`name[extra]` requires a package and the dependencies of its extra. The package alone can be imported; the part that needs the extra fails.

Example: `requests[socks]`, with `requests` installed and `pysocks` not.

Fix it with the action *Install*, which installs the requirement again together with its extras.

Extras of extras are followed (`all` that requires `name[a,b]`). An extra that the installed version does not have is not reported: pip
installs the package anyway.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.hints import TYPE_CHECKING
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.dependencies import Lack
from venvls.rules.satisfaction import verdict
from venvls.rules.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on the extras."""
    parsed = requirement.parsed
    answer = verdict(parsed, facts, folder)
    if answer.state != "extra":
        return
    who = f"{parsed.name or answer.key}[{','.join(parsed.extras)}]"
    needs = list(dict.fromkeys(map(_need, answer.lacks)))
    if len(needs) == 1 and answer.lacks[0].installed is None:
        message = f"{who} requires {needs[0].rpartition(' (')[0]}, which is not installed"
    else:
        message = f"{who} requires {listed(needs)}"
    missing = [f"{lack.need.name}{lack.need.specifier}" for lack in answer.lacks]
    yield Fault(message, parsed.extras_span, answer.installed, data={"missing": list(dict.fromkeys(missing))})


def _need(lack: Lack) -> str:
    state = "not installed" if lack.installed is None else f"{lack.installed} is installed"
    return f"{lack.need.name}{lack.need.specifier} ({state})"


RULE = Rule(code="missing-extra", severity="warning", doc=__doc__ or "", requirement=check, about="extra")
