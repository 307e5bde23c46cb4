"""The table of well-known modules is what wheels say of themselves, and names nothing that is anybody's."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests import well_known_modules
from venvls.imports import standard_library, well_known

FILES = {
    "yaml/__init__.py": "",
    "_yaml/__init__.py": "",
    "single.py": "",
    "py_yaml_tools.py": "",
    "compiled.cpython-312-x86_64-linux-gnu.so": "",
    "shared/part/__init__.py": "",
    "shared/_private/x.py": "",
    "tests/__init__.py": "",
    "0123__mypyc.cpython-312-x86_64-linux-gnu.so": "",
    "Py_YAML-6.0.dist-info/METADATA": "Metadata-Version: 2.5\nName: Py.YAML\nImport-Name: stated.part; private\n\nImport-Name: no\n",
}


@pytest.mark.parametrize("kind", ["a wheel", "what was in one"])
def test_a_wheel_says_which_modules_it_has(kind: str, tmp_path: Path) -> None:
    wheel = tmp_path / ("Py_YAML-6.0-py3-none-any.whl" if kind == "a wheel" else "unpacked")
    if kind == "a wheel":
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in FILES.items():
                archive.writestr(name, text)
    else:
        for name, text in FILES.items():
            (wheel / name).parent.mkdir(parents=True, exist_ok=True)
            (wheel / name).write_text(text)
    assert well_known_modules.modules(wheel) == ("Py.YAML", {"yaml", "single", "compiled", "shared.part", "stated.part"})


def test_a_module_keeps_the_distribution_that_the_table_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table.py"
    shutil.copyfile(well_known_modules.TABLE, table)
    monkeypatch.setattr(well_known_modules, "TABLE", table)
    info = tmp_path / "wheels" / "squatter" / "squatter-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: squatter\nVersion: 1.0\n\n")
    for module in ("yaml", "entirely_new"):
        (info.parent / f"{module}.py").write_text("")
    well_known_modules.main(str(tmp_path / "wheels"))
    assert "\nyaml PyYAML\n" in table.read_text("utf-8")
    assert "\nentirely_new squatter\n" in table.read_text("utf-8")


def test_what_everybody_knows_is_in_the_table_and_nothing_of_python() -> None:
    wanted = {"cv2": "opencv-python", "yaml": "PyYAML", "PIL": "pillow", "sklearn": "scikit-learn", "bs4": "beautifulsoup4"}
    wanted |= {"dotenv": "python-dotenv", "skimage": "scikit-image", "google.protobuf.message": "protobuf", "grpc": "grpcio"}
    assert {module: well_known.distribution_of(module) for module in wanted} == wanted
    modules = {line.partition(" ")[0].partition(".")[0] for line in well_known._TABLE.strip().splitlines()}
    assert not modules & standard_library.names(None)
    assert well_known.distribution_of("anybodys_name") is None
