"""Texts are read once for each state: what is open counts before the disk, and the same text is the same object."""

from __future__ import annotations

import pytest

from tests.memory_tree import FOLDER, PIPE, MemoryFiles
from venvls import manifests
from venvls.manifests.pyproject import manifest as pyproject
from venvls.model.manifest import Manifest
from venvls.model.text import Text
from venvls.reading import Reader

PATH, OTHER, LOCK, CODE = "/p/requirements.txt", "/p/requirements-dev.txt", "/p/uv.lock", "/p/a.py"


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles({PATH: "alpha\n", OTHER: "beta\n", LOCK: "version = 1\n", CODE: "import alpha\n"})


def manifest(reader: Reader, path: str = PATH) -> Manifest:
    loaded = reader.load(path)
    assert isinstance(loaded, Manifest), loaded
    return loaded


def names(reader: Reader, path: str = PATH) -> list[str | None]:
    return [each.parsed.name for each in manifest(reader, path).requirements]


def test_what_cannot_be_read_is_a_sentence(files: MemoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.reading.TOO_LARGE", 100)
    reader = Reader(files)
    files.put("/p/folder", FOLDER)
    files.put("/p/pipe", PIPE)
    files.put("/p/large", "#" * 101)
    assert reader.load("/p/none") == "There is no such file."
    assert reader.load("/p/folder") == "It is a folder, not a file."
    assert reader.load("/p/pipe") == "It is not a file."
    assert reader.load("/p/large") == "It is too large to be read."
    assert reader.code("/p/none") is None
    assert reader.lock("/p/none") is None
    files.read = lambda path, limit=0: None  # type: ignore[method-assign]
    assert reader.load(PATH) == "It cannot be read: you may not have permission."
    assert reader.code(CODE) is None
    assert reader.lock(LOCK) is None


def test_a_file_is_read_once_for_each_state(files: MemoryFiles) -> None:
    reader = Reader(files)
    before = manifest(reader), reader.code(CODE), reader.lock(LOCK)
    files.reads.clear()
    assert all(now is earlier for now, earlier in zip((manifest(reader), reader.code(CODE), reader.lock(LOCK)), before, strict=True))
    assert not files.reads
    files.put(PATH, "alpha\nbeta\n")
    files.put(CODE, "import beta\n")
    files.put(LOCK, "version = 2\n")
    code, lock = reader.code(CODE), reader.lock(LOCK)
    assert names(reader) == ["alpha", "beta"]
    assert code is not None and code.source == "import beta\n"
    assert lock is not None and lock.text.source == "version = 2\n"
    # What did not change of a file keeps its meaning's object, and with it every verdict about it.
    assert manifest(reader).requirements[0].parsed is before[0].requirements[0].parsed


def test_a_text_that_is_written_once_more_is_the_same_object(files: MemoryFiles) -> None:
    reader = Reader(files)
    code, lock = reader.code(CODE), reader.lock(LOCK)
    files.put(CODE, "import alpha\n")
    files.put(LOCK, "version = 1\n")
    assert reader.code(CODE) is code
    assert reader.lock(LOCK) is lock
    reader.open(CODE, "import alpha\n")
    reader.open(LOCK, "version = 1\n")
    assert reader.code(CODE) is code
    assert reader.lock(LOCK) is lock


def test_what_is_open_counts_until_it_is_closed(files: MemoryFiles) -> None:
    reader = Reader(files)
    for path, text in ((PATH, "gamma\n"), (CODE, "import gamma\n"), (LOCK, "version = 3\n")):
        reader.open(path, text)
    assert set(reader.open_paths) == {PATH, CODE, LOCK}
    code, lock = reader.code(CODE), reader.lock(LOCK)
    assert names(reader) == ["gamma"] and names(reader, OTHER) == ["beta"]
    assert code is not None and code.source == "import gamma\n"
    assert lock is not None and lock.text.source == "version = 3\n"
    again = manifest(reader)
    reader.open(PATH, "gamma\n")
    assert manifest(reader) is again
    for path, text in ((PATH, "delta\n"), (CODE, "import delta\n"), (LOCK, "version = 4\n")):
        reader.open(path, text)
    code, lock = reader.code(CODE), reader.lock(LOCK)
    assert names(reader) == ["delta"]
    assert code is not None and code.source == "import delta\n"
    assert lock is not None and lock.text.source == "version = 4\n"
    for path in (PATH, CODE, LOCK):
        reader.open(path, "")
    code, lock = reader.code(CODE), reader.lock(LOCK)
    assert names(reader) == []
    assert code is not None and code.source == ""
    assert lock is not None and lock.text.source == ""
    reader.close(PATH)
    assert names(reader) == ["alpha"]
    # The first change after it was opened again is no earlier one.
    reader.open(PATH, "delta\n")
    assert names(reader) == ["delta"]


def test_half_typed_a_setup_py_still_makes_its_folder_a_project(files: MemoryFiles) -> None:
    reader, path, whole = Reader(files), "/p/c/setup.py", "setup(install_requires=['alpha'])\n"
    files.put(path, whole)
    reader.open(path, whole)
    kept = reader.stated(path)
    for half in (whole.replace("alpha'", "al"), whole.replace(")", ""), "x = (\n" + whole):
        reader.open(path, half)
        assert not manifest(reader, path).complete and reader.stated(path) is kept


def test_half_typed_the_last_whole_text_stands(files: MemoryFiles) -> None:
    whole, half = (
        '[project]\nname = "a"\nversion = "1"\ndependencies = ["alpha"]\n',
        '[project]\nname = "a"\nversion = "1"\ndependencies = ["al',
    )
    paths = ["/p/a/pyproject.toml", "/p/b/pyproject.toml"]
    reader = Reader(files)

    def stated(path: str) -> bool:
        manifest = reader.stated(path)
        return isinstance(manifest, Manifest) and manifest.complete

    for path in paths:
        files.put(path, whole)
        reader.load(path)
        reader.open(path, half)
        assert not manifest(reader, path).complete and stated(path)
    # Each file's own: what is closed takes no other's away, whatever is on disk.
    files.put(paths[1], half)
    reader.close(paths[0])
    assert stated(paths[1])
    files.put(paths[0], half)
    assert not stated(paths[0])
    reader.open(paths[0], half)
    assert reader.stated(paths[0]) is reader.load(paths[0])
    reader.open(paths[0], half + 'pha", "be')
    assert reader.stated(paths[0]) is reader.load(paths[0])
    # What was whole last counts: that was typed, not what the disk has.
    reader.open(paths[1], whole.replace("alpha", "gamma"))
    gamma = reader.stated(paths[1])
    assert gamma is reader.load(paths[1])
    reader.open(paths[1], half)
    assert reader.stated(paths[1]) is gamma


@pytest.mark.parametrize(
    ("path", "saved", "half"),
    [
        (
            "/p/job.py",
            '# /// script\n#\n# dependencies = ["alpha"]\n# ///\n',
            '# /// script\n# [project\n# dependencies = ["alpha"]\n# ///\n',
        ),
        (
            "/p/pyproject.toml",
            '[project]\nname = "a"\nversion = "1"\ndependencies = ["alpha"]\n',
            '[project\nname = "a"\nversion = "1"\ndependencies = ["alpha"]\n',
        ),
    ],
)
def test_opened_half_typed_its_file_is_what_was_last_whole(files: MemoryFiles, path: str, saved: str, half: str) -> None:
    """A script is read by nobody before it is opened, and an editor that starts again may hold what was not saved."""
    files.put(path, saved)
    reader = Reader(files)
    reader.open(path, half)
    assert not manifest(reader, path).complete
    assert names(reader, path) == ["alpha"]
    # What was whole when it was opened, not what the disk has later; and of a file without a block nothing is known.
    files.put(path, saved.replace("alpha", "beta"))
    reader.open(path, half.replace("[project", "[proj"))
    assert names(reader, path) == ["alpha"]
    reader.close(path)
    files.put(path, "print()\n" if path.endswith(".py") else half)
    reader.open(path, half)
    assert manifest(reader, path) == manifests.parse(path, Text(half))


def test_what_is_deleted_and_there_again_is_not_read_again(files: MemoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undone, or a header that is typed: of a thousand lines only what is other than before is read."""
    path, head = "/p/pyproject.toml", '[project]\nname = "a"\nversion = "1"\ndependencies = [\n'
    text = head + "".join(f'    "p{number}",\n' for number in range(300)) + "]\n"
    reader = Reader(files)
    reader.open(path, text)
    whole = reader.load(path)
    for gone in ("", head, text.replace("[project]", "[tool.x]"), head + '    "p0",\n]\n'):
        for typed in (gone, gone + "#"):
            reader.open(path, typed)
            assert manifest(reader, path) == manifests.parse(path, Text(typed))
        reader.open(path, text)
        assert reader.load(path) is whole
    reader.open(path, "")
    reader.load(path)
    read: list[int] = []
    parse = pyproject.parse
    monkeypatch.setattr(pyproject, "parse", lambda source, *rest: read.append(len(source.source)) or parse(source, *rest))
    again = text.replace('"p150"', '"q"')
    reader.open(path, again)
    assert manifest(reader, path) == manifests.parse(path, Text(again))
    assert read[0] < 0.1 * len(text)


@pytest.mark.parametrize("now", [None, '[project]\nname = "b"\nversion = "1"\ndependencies = ["beta"]\n'])
def test_half_typed_where_a_file_was_once_that_is_gone_or_another_one(files: MemoryFiles, now: str | None) -> None:
    path = "/p/pyproject.toml"
    files.put(path, '[project]\nname = "a"\nversion = "1"\ndependencies = ["alpha"]\n')
    reader = Reader(files)
    assert names(reader, path) == ["alpha"]
    files.take(path)
    if now is not None:
        files.put(path, now)
    reader.open(path, '[project]\nname = "c"\nversion = "1"\ndependencies = ["gam')
    stated = reader.stated(path)
    assert isinstance(stated, Manifest) and stated.name == ("c" if now is None else "b")


def test_half_written_on_the_disk_is_what_it_is(files: MemoryFiles) -> None:
    reader = Reader(files)
    for path in ("/p/a/pyproject.toml", "/p/b/pyproject.toml"):
        files.put(path, '[project]\nname = "a"\nversion = "1"\n')
        assert manifest(reader, path).complete
    reader.open("/p/a/pyproject.toml", "[project\n")
    files.put("/p/b/pyproject.toml", "[project\n")
    assert reader.stated("/p/b/pyproject.toml") is reader.load("/p/b/pyproject.toml")
    assert not manifest(reader, "/p/b/pyproject.toml").complete


def test_what_changes_twice_within_one_tick_of_the_clock_is_seen(files: MemoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    young = True
    monkeypatch.setattr("venvls.reading.is_young", lambda stat: young)
    monkeypatch.setattr(files, "stat", {path: files.stat(path) for path in (PATH, CODE, LOCK)}.get)
    reader = Reader(files)

    def seen() -> tuple[object, object, object]:
        return manifest(reader), reader.code(CODE), reader.lock(LOCK)

    def put(number: int) -> None:
        files.put(PATH, f"a{number}\n")
        files.put(CODE, f"import a{number}\n")
        files.put(LOCK, f"version = {number}\n")

    def is_seen(number: int) -> bool:
        code, lock = reader.code(CODE), reader.lock(LOCK)
        assert code is not None and lock is not None
        return (names(reader), code.source, lock.text.source) == ([f"a{number}"], f"import a{number}\n", f"version = {number}\n")

    put(1)
    first = seen()
    assert all(now is before for now, before in zip(seen(), first, strict=True))
    put(2)
    assert is_seen(2)
    # Once it is old enough it is looked at a last time.
    put(3)
    young = False
    assert is_seen(3)
    files.reads.clear()
    assert is_seen(3) and not files.reads
    young = True
    files.put(PATH, "a4\n")
    monkeypatch.undo()
    monkeypatch.setattr("venvls.reading.is_young", lambda stat: young)
    assert names(reader) == ["a4"]
    young = False
    assert names(reader) == ["a4"]
    files.reads.clear()
    assert names(reader) == ["a4"] and not files.reads


def test_code_that_says_how_it_is_encoded(files: MemoryFiles) -> None:
    reader = Reader(files)
    files.put(CODE, "# coding: latin-1\nname = '\u00e9'\n".encode("latin-1"))
    code = reader.code(CODE)
    assert code is not None and "\u00e9" in code.source
    files.put(CODE, b"name = '\xe9'\n")
    code = reader.code(CODE)
    assert code is not None and "\ufffd" in code.source


def test_below_a_text_that_was_never_whole_the_disk_decides(files: MemoryFiles) -> None:
    path, whole, half = "/p/pyproject.toml", '[project]\nname = "a"\nversion = "{}"\n', "[project\n"
    reader = Reader(files)
    reader.open(path, half)
    assert reader.stated(path) is reader.load(path)
    files.put(path, whole.format(1))
    below = reader.stated(path)
    assert isinstance(below, Manifest) and below.complete and below.text.source == whole.format(1)
    assert reader.stated(path) is below
    files.put(path, whole.format(2))
    below = reader.stated(path)
    assert isinstance(below, Manifest) and below.text.source == whole.format(2)
    for content in (half, FOLDER, PIPE):
        files.put(path, content)
        assert reader.stated(path) is reader.load(path)
        files.take(path)
    files.put(path, whole.format(3))
    reader.close(path)
    reader.open(path, half)
    below = reader.stated(path)
    assert isinstance(below, Manifest) and below.text.source == whole.format(3)


def test_what_was_read_is_told_with_the_stat_it_had(files: MemoryFiles) -> None:
    reader = Reader(files)
    assert list(reader.seen([PATH, CODE, LOCK])) == []
    for path in (PATH, OTHER):
        reader.load(path)
    reader.code(CODE)
    reader.lock(LOCK)
    stats = {path: files.stat(path) for path in (PATH, OTHER, CODE, LOCK)}
    files.put(PATH, "new\n")
    assert sorted(reader.seen([PATH, CODE, LOCK])) == sorted((path, stats[path]) for path in (PATH, CODE, LOCK))
    for path in (PATH, CODE, LOCK):
        reader.open(path, "x\n")
    reader.load(PATH)
    reader.code(CODE)
    reader.lock(LOCK)
    assert list(reader.seen([PATH, CODE, LOCK])) == []
