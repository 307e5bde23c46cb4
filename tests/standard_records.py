"""The standard library's classes in the place of the light ones of ``venvls.model.record``: there a write to a frozen record fails.

Imported by ``conftest.py``, before anything of venvls, where :data:`SWITCH` is set; ``test_standard_records.py`` has a part of the suite
run like that.
"""

from __future__ import annotations

import dataclasses
import sys
import types
import typing

SWITCH = "VENVLS_STANDARD_RECORDS"


def use() -> None:
    """From now on records are the standard library's; nothing of venvls may have been imported."""
    if already := [name for name in sys.modules if name.startswith("venvls.")]:
        raise RuntimeError(f"too late: {already[0]} is imported")
    module: typing.Any = types.ModuleType("venvls.model.record")
    module.NamedTuple, module.Protocol = typing.NamedTuple, typing.Protocol
    module.dataclass, module.field, module.replace = dataclasses.dataclass, dataclasses.field, dataclasses.replace
    sys.modules[module.__name__] = module
