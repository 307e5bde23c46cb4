"""What the tests keep is the tests' own, and what is wrong in it is noticed and thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kept
from tests.environments.making import program
from tests.host_tasks import offline


def test_no_cache_or_setting_of_the_person_is_seen() -> None:
    for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
        assert Path(os.environ[name]).is_relative_to(kept.folder()), name
    configuration = Path(os.environ["XDG_CONFIG_HOME"])
    assert not configuration.is_relative_to(Path.home()) or configuration.is_relative_to(kept.folder())
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    settings = {line.partition("=")[0] for line in listed.splitlines()}
    assert not [name for name in settings if name.startswith(("global.", "user.", "site."))]


def test_settings_go_and_how_an_index_is_reached_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('resolution = "lowest"\n[[index]]\nurl = "https://mirror.invalid/simple"\ndefault = true\n')
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://pips.invalid/simple\nno-binary = :all:\n")
    code = "import os, sys, pathlib\nfrom tests import kept\nkept.forget_the_person(pathlib.Path(sys.argv[1]))\nprint(os.environ)"
    given = {"XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "PIP_NO_BINARY": ":all:", "UV_OFFLINE": "1"}
    environ = {**{name: value for name, value in os.environ.items() if "INDEX" not in name}, **given, "UV_INDEX": "https://more.invalid"}
    empty = tmp_path / "empty"
    empty.mkdir()
    root = Path(__file__).parents[1]
    argv = [sys.executable, "-c", code, str(empty)]
    said = subprocess.run(argv, env=environ, cwd=root, capture_output=True, text=True, check=True).stdout
    for wanted in ("'UV_DEFAULT_INDEX': 'https://mirror", "'PIP_INDEX_URL': 'https://pips", "'UV_INDEX': 'https://more", str(empty)):
        assert wanted in said
    assert "NO_BINARY" not in said and "UV_OFFLINE" not in said


def test_an_edited_cache_is_noticed_and_filled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENVLS_TESTS_FOLDER", str(tmp_path / "kept"))
    cache = tmp_path / "kept" / "caches" / "uv"
    wheels = offline.index(tmp_path / "wheels")
    environ = {**offline.environ(wheels, cache)}

    def install(name: str) -> Path:
        words = ["pip", "install", "-q", "--target", str(tmp_path / name), "alpha==1.0"]
        subprocess.run([program("uv"), *words], env=environ, check=True, cwd=tmp_path)
        return tmp_path / name / "alpha.py"

    whole = install("a").read_text()
    assert kept.verify() == [] and kept.verify() == []
    (edited,) = cache.glob("archive-v*/*/alpha.py")
    edited.write_text("broken = True\n")
    assert install("b").read_text() == "broken = True\n", "uv itself does not notice"
    assert kept.verify() == ["alpha.py of alpha-1.0.dist-info is not what was published"]
    assert install("c").read_text() == whole
    assert kept.verify() == []


def test_what_is_kept_is_made_by_one_process_and_again_where_it_did_not_end(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\nfrom tests import kept\nplace = pathlib.Path(sys.argv[1])\n"
        "with kept.making(place) as missing:\n    if missing:\n"
        "        place.mkdir()\n        time.sleep(0.5)\n        (place / 'whole').touch()\n"
        "print(missing, (place / 'whole').exists())"
    )
    argv = [sys.executable, "-c", code, str(tmp_path / "kept" / "tool")]
    root = Path(__file__).parents[1]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "server")])}
    both = [subprocess.Popen(argv, cwd=root, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(process.communicate(timeout=120)[0].strip() for process in both) == ["False True", "True True"]

    place = tmp_path / "kept" / "broken"
    with pytest.raises(OSError, match="disk"), kept.making(place) as missing:
        place.mkdir()
        raise OSError("disk is full")
    for is_right, expected in ((True, True), (True, False), (False, True)):
        with kept.making(place, lambda is_right=is_right: is_right) as missing:  # type: ignore[misc]
            assert missing is expected
