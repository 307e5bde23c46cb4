"""`upgrade pip setuptools wheel`, as the guides say it; and one fix for one state, whoever is asked."""

from __future__ import annotations

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline


def test_what_is_installed_of_the_installers_own_packages_is_upgraded(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha\n")
    inside.good("create")
    offline.wheel(inside.root.parent / "wheels", "pip", "999.0")
    ran = inside.run("upgrade", "pip", "wheel", "--dry-run")
    assert ran.returncode == 0, ran.stderr
    assert "note: wheel is not installed in this environment" in ran.stderr
    assert " -- pip\n" in ran.stdout and "--upgrade" in ran.stdout
    assert "alpha" not in ran.stdout
    assert "is neither required nor installed here" in inside.said("upgrade", "gamma")


@pytest.mark.parametrize("state", ["broken", "incomplete", "none"])
def test_doctor_and_check_name_the_same_command(inside: Inside, state: str) -> None:
    inside.write("requirements.txt", "alpha\n")
    if state != "none":
        inside.write(
            ".venv/pyvenv.cfg", "home = /gone/bin\nversion = 3.12.4\n" if state == "broken" else "home = /usr/bin\nversion = 3.12.4\n"
        )
        inside.write(".venv/bin/python", "")
    check, doctor = inside.run("check").stdout, inside.run("doctor").stdout
    command = {"none": "venvls create"}.get(state, "venvls recreate")
    assert f"by {command})" in check, check
    assert f"→ {command}\n" in doctor, doctor
