"""Makes what a release publishes: wheel, source distribution, VSIX, and their checksums. Standard library only; needs no credentials.

    python .github/release.py [--tag vX.Y.Z] [--without-vsix] FOLDER

With a tag it first says whether everything is ready for it: the version is the same everywhere, and both changelogs speak of it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def versions(root: Path = ROOT) -> dict[str, str]:
    """The version as each file that states it has it."""
    project, package = (root / "pyproject.toml").read_text("utf-8"), (root / "server" / "venvls" / "__init__.py").read_text("utf-8")
    stated = {
        "pyproject.toml": re.search(r'^version = "([^"]+)"', project, re.MULTILINE),
        "server/venvls/__init__.py": re.search(r'^__version__ = "([^"]+)"', package, re.MULTILINE),
    }
    tables = ["client-vscode/package.json", *(f".claude-plugin/{name}/.claude-plugin/plugin.json" for name in ("venvls", "venvls-imports"))]
    others = {name: json.loads((root / name).read_text("utf-8"))["version"] for name in tables}
    return {**{name: match[1] if match else "" for name, match in stated.items()}, **others}


def problems(tag: str | None, root: Path = ROOT) -> list[str]:
    """What prevents a release, a sentence each. Without a tag only what is never right."""
    stated = versions(root)
    wrong = []
    if len(set(stated.values())) != 1:
        wrong.append("The version differs: " + ", ".join(f"{version} in {name}" for name, version in stated.items()) + ".")
    if tag is None:
        return wrong
    version = tag.removeprefix("v")
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        wrong.append(f"The tag {tag} is not vX.Y.Z.")
    wrong += [f"{name} has the version {own}, and the tag is {tag}." for name, own in stated.items() if own != version]
    for name, dated in (("server/CHANGELOG.md", True), ("client-vscode/CHANGELOG.md", False)):
        text = (root / name).read_text("utf-8")
        heading = rf"^## {re.escape(version)}" + (r" \(\d{4}-\d\d-\d\d\)$" if dated else "")
        section = re.search(heading + r".*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        if section is None or not section[1].strip():
            wrong.append(f"{name} has no section {version}{' with a date, as in (2027-01-31)' if dated else ''} that says what changed.")
        unreleased = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        if unreleased is not None and unreleased[1].strip():
            wrong.append(f"{name} still lists changes as unreleased.")
    return wrong


def build(folder: Path, vsix: bool) -> list[Path]:
    """The files of the release, and SHA256SUMS, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    uv = shutil.which("uv")
    own = [uv, "build", "--out-dir", str(folder), str(ROOT)] if uv else [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    subprocess.run(own, check=True)  # noqa: S603 - argument lists of this file only
    if vsix:
        npm, client = shutil.which("npm") or "npm", ROOT / "client-vscode"
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=client, check=True)  # noqa: S603
        subprocess.run([npm, "run", "package"], cwd=client, check=True)  # noqa: S603
        shutil.copy(client / "venvls.vsix", folder)
    made = sorted([*folder.glob("*.whl"), *folder.glob("*.tar.gz"), *folder.glob("*.vsix")])
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    (folder / "SHA256SUMS").write_text(sums, "utf-8", newline="\n")
    return made


def main() -> int:
    """0 where everything was made, 1 where something prevents it, 2 where a tool failed."""
    parser = argparse.ArgumentParser(description="Makes what a release publishes, and its checksums.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tag", help="vX.Y.Z: also check that everything is ready for it")
    parser.add_argument("--without-vsix", action="store_true", help="leave out the VS Code extension, which needs npm")
    options = parser.parse_args()
    if wrong := problems(options.tag):
        print("\n".join(f"release: {sentence}" for sentence in wrong), file=sys.stderr)
        return 1
    try:
        made = build(options.folder, not options.without_vsix)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 2
    print("\n".join(path.name for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
