"""A Python of the machine: no environment of its own. Read only where somebody names it (``--env /usr``), and never installed into."""

from __future__ import annotations

from venvls.environments import layout
from venvls.environments.kind import Kind
from venvls.model.environment import Environment
from venvls.model.ports import FileView


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The Python installed at ``prefix``: an interpreter and its standard library, and no pyvenv.cfg or conda-meta."""
    join = view.path.join
    if not expected or any(view.lstat(join(prefix, name)) is not None for name in ("pyvenv.cfg", "conda-meta")):
        return None
    windows = view.stat(join(prefix, "python.exe"))
    if windows is not None and windows.kind == "file" and view.stat(join(prefix, "Lib", "os.py")) is not None:
        minor = layout.dll_minor(view, prefix)
        return _python(view, prefix, join(prefix, "python.exe"), minor, "cpython", (join(prefix, "Lib", "site-packages"),), windows=True)
    programs = layout.programs(view, prefix)
    if programs.interpreter is None:
        return None
    recognised = layout.executable_minor(view, programs.interpreter)
    if recognised is None:
        return None
    minor, free_threaded, implementation = recognised
    stem = "pypy" if implementation == "pypy" else "python"
    library = join(prefix, "lib", f"{stem}{minor}{'t' if free_threaded else ''}")
    # virtualenv before 20 linked the whole standard library into its environments, and left this next to it.
    if view.stat(join(library, "os.py")) is None or view.stat(join(library, "orig-prefix.txt")) is not None:
        return None
    site = layout.base_site_packages(view, programs.folder, minor, implementation, "posix")
    return _python(view, prefix, programs.interpreter, minor, implementation, site, free_threaded=free_threaded)


def _python(
    view: FileView,
    prefix: str,
    interpreter: str,
    version: str | None,
    implementation: str,
    site_packages: tuple[str, ...],
    *,
    windows: bool = False,
    free_threaded: bool = False,
) -> Environment:
    return Environment(
        prefix=prefix,
        real=view.real(prefix),
        interpreter=interpreter,
        version=version,
        implementation=implementation,
        kind="system",
        name=str(view.path.basename(prefix)) or prefix,
        site_packages=site_packages,
        layout="windows" if windows else "posix",
        free_threaded=free_threaded,
        tool_owned=True,
    )


KIND = Kind("system", ("bin", "python.exe"), recognise)
