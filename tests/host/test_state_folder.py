"""What is worked out without the library that knows it, to save its import, is what the library says."""

from __future__ import annotations

import os
import platform
import sys

import pytest
from platformdirs import user_state_dir

from venvls.host import state
from venvls.host.machine import ThisMachine


@pytest.mark.parametrize("named", [None, "", "/somewhere/state", "relative"])
@pytest.mark.parametrize("home", ["/home/somebody", os.path.expanduser("~")])
def test_the_folder_is_the_one_of_platformdirs(named: str | None, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENVLS_STATE_DIR", raising=False)
    monkeypatch.setenv("HOME", home)
    if named is None:
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_STATE_HOME", named)
    assert state.folder() == user_state_dir("venvls", appauthor=False)


def test_the_platform_is_what_the_standard_library_says() -> None:
    said = ThisMachine().platform()
    assert (said["os_name"], said["sys_platform"]) == (os.name, sys.platform)
    assert said["platform_machine"] == platform.machine()
    assert said["platform_system"] == platform.system()
    assert (said["platform_release"], said["platform_version"]) == (platform.release(), platform.version())
