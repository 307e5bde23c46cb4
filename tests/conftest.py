"""What every test shares: no test may depend on the person's own environment, settings or state, nor leave anything there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

# A run says whether the change is good: the same examples every time. VENVLS_LONG hunts for new ones.
hypothesis.settings.register_profile("same", derandomize=True)
if not os.environ.get("VENVLS_LONG"):
    hypothesis.settings.load_profile("same")

# They would make an environment of the machine a candidate, or steer the tools.
_OF_THE_PERSON = (
    "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PIPENV_ACTIVE", "POETRY_ACTIVE", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON",
    "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH", "PYTHONHOME", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="session")
def _no_traces_of_the_person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What venvls remembers lives in a folder of this run; caches of tools stay, they only save time."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _OF_THE_PERSON:
            patch.delenv(name, raising=False)
        patch.setenv("VENVLS_STATE_DIR", str(tmp_path_factory.mktemp("person")))
        yield
