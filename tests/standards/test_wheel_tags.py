"""What a wheel was built for, against Pythons: what is certain to be wrong is denied, and nothing else."""

from __future__ import annotations

import pytest

from venvls.standards.wheel_tags import Python, fits

LINUX = Python("3.12", "cpython", False, "linux", "x86_64")


@pytest.mark.parametrize(
    ("tag", "python", "right"),
    [
        ("py3-none-any", LINUX, True),
        ("py2-none-any", LINUX, False),
        ("py313-none-any", LINUX, False),
        ("py38-none-any", LINUX, True),
        ("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", LINUX, True),
        ("cp311-cp311-manylinux_2_17_x86_64", LINUX, False),
        ("cp312-cp312-musllinux_1_1_x86_64", LINUX, True),  # which C library it has is not known
        ("cp312-cp312-manylinux_2_17_aarch64", LINUX, False),
        ("cp312-cp312-linux_i686", LINUX, True),  # a Python of 32 bits on a machine of 64
        ("cp312-cp312-macosx_11_0_arm64", LINUX, False),
        ("cp312-cp312-win_amd64", LINUX, False),
        ("cp38-abi3-manylinux_2_17_x86_64", LINUX, True),
        ("cp313-abi3-manylinux_2_17_x86_64", LINUX, False),
        ("cp312-cp312t-manylinux_2_17_x86_64", LINUX, False),
        ("cp312-none-any", LINUX, True),
        ("cp38-none-any", LINUX, False),
        ("cp313-cp313t-manylinux_2_17_x86_64", LINUX._replace(minor="3.13", free_threaded=True), True),
        ("cp313-cp313-manylinux_2_17_x86_64", LINUX._replace(minor="3.13", free_threaded=True), False),
        ("pp310-pypy310_pp73-manylinux_2_17_x86_64", LINUX._replace(minor="3.10", implementation="pypy"), True),
        ("cp310-cp310-manylinux_2_17_x86_64", LINUX._replace(minor="3.10", implementation="pypy"), False),
        ("cp312-cp312-macosx_10_9_x86_64", LINUX._replace(system="darwin", machine="arm64"), True),  # Rosetta
        ("cp312-cp312-win32", LINUX._replace(system="win32", machine="AMD64"), True),
        ("graalpy312-native-linux_x86_64", LINUX, True),
        ("nonsense", LINUX, True),
    ],
)
def test_one_tag(tag: str, python: Python, right: bool) -> None:
    assert fits((tag,), python) is right


def test_one_of_several_is_enough() -> None:
    assert fits(("py2-none-any", "py3-none-any"), LINUX)
    assert not fits(("py2-none-any", "cp311-cp311-linux_x86_64"), LINUX)
