"""Gives every reader texts that reach code no text reached before: ``atheris`` watches which lines each text goes through.

    python tests/fuzz/guided.py [--minutes N] [--kept FOLDER] [READER…]

It needs ``atheris`` in the Python that runs it, next to what venvls needs and pytest. Each reader has the same time, in turns of three
minutes; what reached something new is kept in the folder, so that a later run goes on from there. Ends with status 1 where one failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
TURN = 180
"""Seconds of one reader before the next has its turn."""
LENGTH = 4_000
"""Bytes of a text at most: what is longer reaches the same code and takes its time."""


def one_turn(name: str, kept: Path, seconds: int) -> None:
    """Reads texts for that long and writes what was seen to ``kept``. Does not return: libFuzzer ends the process."""
    import atheris

    # What makes records is built from text while it runs, which atheris 3.1 cannot watch.
    with atheris.instrument_imports(include=["venvls"], exclude=["venvls.model.record"]):
        from tests.effort import ends
        from tests.fuzz.changed import changed
        from tests.fuzz.readers import READERS
    seen: dict[str, str] = {}
    count = 0

    def write() -> None:
        times = os.times()
        (kept / f"{name}.json").write_text(json.dumps({"texts": count, "cpu": times.user + times.system, "failures": seen}), "utf-8")

    def read(data: bytes) -> None:
        nonlocal count
        count += 1
        try:
            with ends():
                READERS[name].read(data)
        except BaseException as problem:  # what a reader may not do
            place = traceback.extract_tb(problem.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno} {type(problem).__name__}"
            seen.setdefault(where, f"{problem!r}"[:500] + f"\n{data!r}")
            write()
        if count % 500 == 0:
            write()

    def change(data: bytes, longest: int, seed: int) -> bytes:
        """Half of the texts are changed by libFuzzer, byte by byte; half so that what is valid often stays so."""
        dice = Random(seed)
        if dice.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        return changed(data.decode("utf-8", "surrogateescape"), dice).encode("utf-8", "surrogateescape")[:longest]

    corpus = kept / name.replace(" ", "-")
    corpus.mkdir(exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LENGTH}",
        f"-dict={_dictionary(kept)}",
        # Of the clock: what takes long of the processor is ended by the test's own means.
        "-timeout=600",
        f"-artifact_prefix={kept}{os.sep}",
        "-rss_limit_mb=4000",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], read, custom_mutator=change)
    atheris.Fuzz()


def _dictionary(kept: Path) -> Path:
    """The pieces of which mutilated texts are made, as libFuzzer reads them."""
    from tests.bounds.test_any_input import PIECES

    path = kept / f"pieces-{os.getpid()}"
    pieces = [piece.encode("utf-8", "surrogatepass") for piece in PIECES]
    path.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in piece) + '"\n' for piece in pieces if len(piece) < 64), "ascii")
    return path


def main() -> int:
    """Turns, until the time is over; a line for each, and the sum."""
    sys.path[:0] = [str(ROOT), str(ROOT / "server")]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kept", type=Path, help="a folder for what reached something new")
    parser.add_argument("--turn", help=argparse.SUPPRESS)
    parser.add_argument("readers", nargs="*", metavar="READER")
    options = parser.parse_args()
    if options.turn:
        one_turn(options.turn, options.kept, int(options.minutes * 60))
        return 0
    from tests.fuzz.readers import READERS

    kept = options.kept or Path(tempfile.mkdtemp(prefix="venvls-guided-"))
    kept.mkdir(parents=True, exist_ok=True)
    names = options.readers or list(READERS)
    for name in names:
        corpus = kept / name.replace(" ", "-")
        corpus.mkdir(exist_ok=True)
        for number, text in enumerate(READERS[name].examples()):
            (corpus / f"example-{number}").write_bytes(text.encode("utf-8", "surrogatepass"))
    end = time.monotonic() + options.minutes * 60
    texts, cpu, failures = 0, 0.0, {}
    while (left := end - time.monotonic()) > 0:
        for name in names:
            if (left := end - time.monotonic()) <= 0:
                break
            seconds = max(1, min(TURN, int(left)))
            command = [sys.executable, __file__, "--turn", name, "--minutes", str(seconds / 60), "--kept", str(kept)]
            (kept / f"{name}.json").unlink(missing_ok=True)
            ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            said = kept / f"{name}.json"
            turn = (
                json.loads(said.read_text("utf-8"))
                if said.exists()
                else {"texts": 0, "cpu": 0.0, "failures": {"start": ended.stderr[-2_000:]}}
            )
            if ended.returncode:
                turn["failures"]["the process"] = f"ended with {ended.returncode}: {ended.stderr[-2_000:]}"
            texts, cpu = texts + turn["texts"], cpu + turn["cpu"]
            for where, what in turn["failures"].items():
                failures.setdefault((name, where), what)
            print(f"{name}: {turn['texts']} texts, {len(turn['failures'])} failures; {texts} texts in {cpu / 3600:.2f} hours", flush=True)
    for (name, where), what in failures.items():
        print(f"\n{name}, {where}: {what}")
    print(f"\n{texts} texts in {cpu / 3600:.2f} hours of the processor, {len(failures)} failures; kept in {kept}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
