"""Projects for Hatch, one for each thing that its environments can say. ``@PY@`` stands for the running Python, such as 3.12."""

# ruff: noqa: E501 (an environment stands on one line here)

from __future__ import annotations

HEAD = '[project]\nname = "Me.Too"\nversion = "1"\n'
BODY = 'dependencies = ["alpha<2"]\n[project.optional-dependencies]\nweb = ["delta"]\n[dependency-groups]\ndev = ["epsilon"]\n'
PROJECTS: dict[str, str] = {
    "project alone": HEAD + BODY + "[tool.hatch.envs.default]\n",
    "dependencies": HEAD + BODY + '[tool.hatch.envs.default]\ndependencies = ["gamma>=1", "beta"]\n',
    "extra-dependencies": HEAD + BODY + '[tool.hatch.envs.default]\nextra-dependencies = ["gamma"]\n',
    "features": HEAD + BODY + '[tool.hatch.envs.default]\nfeatures = ["web"]\n',
    "dependency groups": HEAD + BODY + '[tool.hatch.envs.default]\ndependency-groups = ["dev"]\n',
    "extras of requirements": HEAD + BODY + '[tool.hatch.envs.default]\ndependencies = ["gamma[more]"]\n',
    "markers": HEAD + "dependencies = [\"windows-only; sys_platform == 'win32'\", \"delta; python_version >= '3'\"]\n"
    "[tool.hatch.envs.default]\n",
    "other environments": HEAD
    + BODY
    + '[tool.hatch.envs.test]\ndependencies = ["stray"]\n[tool.hatch.envs.docs]\ndetached = true\ndependencies = ["beta"]\n',
    "names": HEAD + 'dependencies = ["Zeta_Core", "ALPHA"]\n[tool.hatch.envs.default]\n',
    "matrix": HEAD + BODY + '[tool.hatch.envs.default]\ndependencies = ["beta"]\n[[tool.hatch.envs.test.matrix]]\npython = ["3.11"]\n',
    "a file of its own": HEAD + BODY,
}  # fmt: skip
TEST = '[tool.hatch.envs.default]\ndependencies = ["beta"]\n[tool.hatch.envs.test]\n'
OTHERS: dict[str, tuple[str, str]] = {
    "skip-install": ("default", "[tool.hatch.envs.default]\nskip-install = true\ndependencies = ['beta']\n"),
    "skip-install with features": ("default", "[tool.hatch.envs.default]\nskip-install = true\nfeatures = ['web']\ndependency-groups = ['dev']\n"),
    "not in dev-mode": ("default", "[tool.hatch.envs.default]\ndev-mode = false\ndependencies = ['beta']\n"),
    "a builder": ("default", "[tool.hatch.envs.default]\nbuilder = true\ndependencies = ['beta']\nfeatures = ['web']\ndependency-groups = ['dev']\n"),
    "for good, with a feature": ("default", "[tool.hatch.envs.default]\ndev-mode = false\nfeatures = ['web']\n"),
    "inherited": ("test", TEST + "extra-dependencies = ['gamma']\n"),
    "another list": ("test", TEST + "dependencies = ['gamma']\n"),
    "detached": ("test", TEST + "detached = true\ndependencies = ['gamma', 'delta']\n"),
    "a chain of templates": ("last", TEST + "detached = true\ndependencies = ['gamma']\nfeatures = ['web']\n[tool.hatch.envs.last]\n"
     "template = 'middle'\nextra-dependencies = ['epsilon']\n[tool.hatch.envs.middle]\ntemplate = 'test'\nskip-install = false\n"),
    "a matrix": ("test.py@PY@-42", TEST + "dependencies = ['gamma']\n[[tool.hatch.envs.test.matrix]]\nversion = ['42', '3.14']\npython = ['@PY@', '3.9']\n"),
    "fields by the matrix": ("test.py@PY@-1-ma", TEST + "dependencies = ['alpha~={matrix:version}.0', 'gam{matrix:half}', '{matrix:none:delta}', "
     "'epsilon; python_version == \"{matrix:python}\"']\n[[tool.hatch.envs.test.matrix]]\npy = ['@PY@']\nversion = ['1', '2']\nhalf = ['ma', 'mo']\n"),
    "a matrix without Python": ("test.v-9", TEST + "matrix-name-format = '{variable}-{value}'\n[[tool.hatch.envs.test.matrix]]\nv = ['9']\n"),
    "overrides by matrix": ("test.1-full", TEST + "[[tool.hatch.envs.test.matrix]]\nversion = ['1', '2']\nkind = ['full', 'thin']\n"
     "[tool.hatch.envs.test.overrides]\nmatrix.version.dependencies = [{value = 'gamma', if = ['1']}, {value = 'stray', if = ['2']}]\n"
     "matrix.kind.features = [{value = 'web', if = ['full']}]\nmatrix.kind.set-extra-dependencies = ['epsilon']\n"),
    "overrides that replace": ("test.2", TEST + "[[tool.hatch.envs.test.matrix]]\nversion = ['1', '2']\n[tool.hatch.envs.test.overrides]\n"
     "matrix.version.set-dependencies = [{value = 'gamma', if = ['2']}]\nmatrix.version.skip-install = {value = true, if = ['2']}\n"),
    "overrides by name": ("test.2", TEST + "[[tool.hatch.envs.test.matrix]]\nversion = ['1', '2']\n[tool.hatch.envs.test.overrides]\n"
     "name.'^2$'.dependencies = ['gamma']\nname.'1'.dependencies = ['stray']\nname.'2'.dependency-groups = ['dev']\n"),
    "overrides by platform": ("test", TEST + "[tool.hatch.envs.test.overrides]\nplatform.linux.dependencies = ['gamma']\n"
     "platform.macos.dependencies = ['gamma']\nplatform.windows.extra-dependencies = ['windows-only']\n"),
    "entries for a platform": ("test.1", TEST + "[[tool.hatch.envs.test.matrix]]\nversion = ['1']\n[tool.hatch.envs.test.overrides]\n"
     "matrix.version.dependencies = [{value = 'gamma', platform = ['linux', 'macos']}, {value = 'windows-only', platform = ['windows']}]\n"),
    "overrides inherited": ("more", TEST + "overrides.platform.linux.dependencies = ['gamma']\noverrides.platform.macos.dependencies = ['gamma']\n"
     "[tool.hatch.envs.more]\ntemplate = 'test'\nextra-dependencies = ['epsilon']\n"),
    "the default as a matrix": ("9", "[tool.hatch.envs.default]\ndependencies = ['beta']\n[[tool.hatch.envs.default.matrix]]\nv = ['9']\n"),
    "a matrix at one path": ("9", "[tool.hatch.envs.default]\npath = '.venv'\ndependencies = ['beta']\nfeatures = ['web']\n"
     "[[tool.hatch.envs.default.matrix]]\nv = ['9', '10']\n"),
    "another matrix at one path": ("test.9", TEST + "path = '.venv'\ndependencies = ['gamma']\n[[tool.hatch.envs.test.matrix]]\nv = ['9', '10']\n"),
}  # fmt: skip
"""Environments by other names and ways: the name, and what follows the project's own tables."""
OWN_FILE = '[envs.default]\ndependencies = ["beta"]\n'
