"""What the benchmarks measure: a requirements file of many lines and an environment of as many distributions, in step."""

from __future__ import annotations

import random
import sys
from pathlib import Path

_STEMS = ("http", "data", "json", "yaml", "async", "flask", "django", "typed", "cloud", "test", "graph", "image", "cache", "auth")
_TAILS = ("client", "utils", "tools", "core", "server", "parser", "kit", "models", "stubs", "plugin", "api", "types")


def make_environment(prefix: Path, count: int, seed: int = 7) -> list[tuple[str, str]]:
    """An environment of ``count`` distributions with METADATA as large as usual; gives their names and versions."""
    rng = random.Random(seed)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    site = prefix / "lib" / f"python{version}" / "site-packages"
    site.mkdir(parents=True)
    (prefix / "bin").mkdir()
    for name in ("python", "python3"):
        (prefix / "bin" / name).symlink_to(sys.executable)
    (prefix / "bin" / "activate").write_text(f"VIRTUAL_ENV={prefix}\n")
    home = Path(sys.base_prefix) / "bin"
    full = f"{version}.{sys.version_info.micro}"
    (prefix / "pyvenv.cfg").write_text(
        f"home = {home}\ninclude-system-site-packages = false\nversion = {full}\nexecutable = {sys.executable}\n"
    )
    distributions = []
    for number in range(count):
        name = f"{rng.choice(_STEMS)}-{rng.choice(_TAILS)}-{number}"
        distributions.append((name, f"{rng.randrange(4)}.{rng.randrange(20)}.{rng.randrange(20)}"))
    for number, (name, release) in enumerate(distributions):
        info = site / f"{name.replace('-', '_')}-{release}.dist-info"
        info.mkdir()
        needs = [distributions[rng.randrange(number)] for _ in range(rng.randrange(5))] if number else []
        lines = [f"Requires-Dist: {need}>={release.split('.')[0]}" for need, release in needs]
        lines += [f'Requires-Dist: pytest>=7; extra == "test{index}"' for index in range(rng.randrange(4))]
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\nSummary: {'words ' * 10}\n"
        (info / "METADATA").write_text(head + "\n".join([*lines, "", "A long description.\n" * 200]))
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text("".join(f"{name}/module_{index}.py,,\n" for index in range(20)))
        (info / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: bdist_wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    return distributions


def make_conda(prefix: Path) -> None:
    """Makes an environment one of conda's, with a record of its Python."""
    meta = prefix / "conda-meta"
    meta.mkdir()
    release = ".".join(map(str, sys.version_info[:3]))
    (meta / "history").write_text("")
    (meta / f"python-{release}-h1234_0.json").write_text(f'{{"name": "python", "version": "{release}", "files": []}}')
    (meta / "pip-25.0-py_0.json").write_text('{"name": "pip", "version": "25.0", "files": []}')
    (prefix / "pyvenv.cfg").unlink()


def make_requirements(path: Path, distributions: list[tuple[str, str]], seed: int = 11) -> None:
    """One line for each distribution, satisfied by it: pins, ranges, compatible releases, a comment or a marker here and there."""
    rng = random.Random(seed)
    lines = []
    for name, release in distributions:
        major, minor, _ = release.split(".")
        bound = rng.choice((f"=={release}", f">={major}.{minor}", f">={major},<{int(major) + 1}", f"~={major}.{minor}", f"=={release}"))
        marker = rng.choice(("", "", "", "", ' ; python_version >= "3.8"', "  # why"))
        lines.append(f"{name}{bound}{marker}")
    path.write_text("\n".join(lines) + "\n")
