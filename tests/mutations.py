"""How much the tests see: changes places of the code by chance, in memory, and counts the changes that a test notices. Run by hand.

    python tests/mutations.py [--most N | --share S] [--seed N] [--seconds N] [--again N] MODULE... [-- PATHS AND OPTIONS OF PYTEST]

A change is of one comparison, constant, condition, operand, call, assignment or result inside a function. The tests that reach its line
run in a process of their own until one fails: those of the module, the shortest and those that reach most of it, as many as fit
the seconds. A change that none of them notices gets more tests, for ``--again`` seconds; then mypy looks at it, which has to pass before
anything is committed, as the tests have to. So the figure is a lower bound. What is outside functions (patterns, tables, defaults) is not
changed, what runs in other processes is not seen, and a change that cannot be made in a running module is counted nowhere.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import importlib
import inspect
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "server")]

import pytest  # noqa: E402
from _pytest.runner import runtestprotocol  # noqa: E402

TESTS = (
    *("tests/test_checking.py", "tests/test_engine.py", "tests/test_reading.py", "tests/test_settlement.py", "tests/host/test_removal.py"),
    *("tests/host_tasks/test_locks.py", "tests/host_tasks/test_processes.py", "tests/test_cases.py", "tests/rules", "tests/actions"),
    *("tests/test_freezing.py", "tests/test_inputs.py", "tests/test_many_projects.py", "tests/test_projects.py", "tests/test_sorting.py"),
    *("tests/test_synced_groups.py", "tests/test_tool_environments.py", "tests/answers/test_member_left_out.py"),
    *("tests/answers/test_why_and_tree.py", "tests/bounds/test_clocks.py", "tests/histories/test_faults.py"),
    *("tests/histories/test_in_memory.py", "tests/test_installed_from_above.py"),
)
CHOICE = ("-m", "not network and not slow", "-k", "not lsp and not cli and not real and not hostile")
"""Tests in this process that are quick. Those of hostile input are not: each step of theirs would be looked at."""
OTHER = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
ELSEWHERE = {
    **{f"sys.platform == '{name}'": "orelse" if sys.platform == name else "body" for name in ("win32", "darwin")},
    **{f"sys.version_info >= (3, {minor})": "orelse" if sys.version_info >= (3, minor) else "body" for minor in range(10, 20)},
}
"""Conditions on the system and the Python, each with what it decides on that is not run here."""

MISSED = "not noticed"

Place = tuple[ast.AST, str, int | None]
"""Where a part of the code is: in which node, which field, and which number of that."""


def changes(tree: ast.Module) -> Iterator[tuple[str, int, str, Place, ast.AST]]:
    """Each change: the outermost function it is in, its line, what it is, where, and what it puts there."""
    for name, function in _functions(tree, ""):
        for place, node in _parts(function):
            for told, new in _instead_of(node):
                # A comprehension has no line of its own.
                yield name, getattr(getattr(node, "target", node), "lineno", 0), told, place, new


def _functions(node: ast.AST, before: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            yield before + child.name, child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{before}{child.name}.")


def _parts(node: ast.AST) -> Iterator[tuple[Place, ast.AST]]:
    """What is in a node and can be changed: no type, default, docstring, import, assertion or text within a text, nothing for another
    system or Python than this one."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params", "defaults", "kw_defaults", "format_spec"):
            continue
        if isinstance(node, ast.If | ast.IfExp) and ELSEWHERE.get(ast.unparse(node.test)) == field:
            continue
        for number, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(child, (ast.Import, ast.ImportFrom, ast.Assert)):
                continue
            match node, child:
                case (
                    (ast.JoinedStr(), ast.Constant())
                    | (_, ast.Expr(value=ast.Constant()))
                    | (ast.Call(func=ast.Name(id="cast")), ast.Constant())
                ):
                    continue
            yield (node, field, number if isinstance(value, list) else None), child
            yield from _parts(child)


def _instead_of(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare():
            for number, operator in enumerate(node.ops):
                if type(operator) in OTHER:
                    operators = [OTHER[type(each)]() if place == number else each for place, each in enumerate(node.ops)]
                    yield f"other operator in `{ast.unparse(node)}`", ast.Compare(node.left, operators, node.comparators)
        case ast.BoolOp():
            yield f"and/or in `{ast.unparse(node)}`", ast.BoolOp(OTHER[type(node.op)](), node.values)
            for value in node.values:
                left = [each for each in node.values if each is not value]
                yield f"without `{ast.unparse(value)}`", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
        case ast.UnaryOp(op=ast.Not()):
            yield f"without not: `{ast.unparse(node)}`", node.operand
        case ast.BinOp() if type(node.op) in OTHER and not isinstance(node.left, ast.JoinedStr):
            yield f"other operator in `{ast.unparse(node)}`", ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
        case ast.Constant(value=bool(value)):
            yield f"{not value} for {value}", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield f"{value + 1} for {value}", ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield f"another text for {value!r}", ast.Constant(f"XX{value}")
        case ast.Return(value=ast.AST() as value) if ast.unparse(value) != "None":
            yield f"None for `{ast.unparse(node)}`", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield f"without `{ast.unparse(node)}`", ast.Pass()
        case ast.AugAssign():
            yield f"without `{ast.unparse(node)}`", ast.Pass()
        case ast.Break() | ast.Continue():
            yield "break for continue", ast.Continue() if isinstance(node, ast.Break) else ast.Break()
        case ast.Assign(targets=[ast.Name() | ast.Attribute() | ast.Subscript()]) if ast.unparse(node.value) != "None":
            yield f"None in `{ast.unparse(node)}`", ast.Assign(node.targets, ast.Constant(None))
        case ast.If() | ast.While() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            values = {**dict(ast.iter_fields(node)), "test": ast.UnaryOp(ast.Not(), node.test)}
            yield f"not in `if {ast.unparse(node.test)}`", type(node)(**values)
        case ast.comprehension():
            for condition in node.ifs:
                left = [each for each in node.ifs if each is not condition]
                yield f"without `if {ast.unparse(condition)}`", ast.comprehension(node.target, node.iter, left, node.is_async)
        case _:
            return


@contextlib.contextmanager
def changed(tree: ast.Module, place: Place, new: ast.AST) -> Iterator[None]:
    """Within this the tree has one change; afterwards it is as it was."""
    holder, field, number = place
    whole = getattr(holder, field)
    before = whole if number is None else whole[number]
    ast.fix_missing_locations(ast.copy_location(new, before) if hasattr(before, "lineno") else new)

    def put(node: ast.AST) -> None:
        if number is None:
            setattr(holder, field, node)
        else:
            whole[number] = node

    put(new)
    try:
        yield
    finally:
        put(before)


def named(module: types.ModuleType, tree: ast.Module) -> dict[str, tuple[str, int, str, Place, ast.AST]]:
    """Each change of a module by the words that tell of it, in their order; the second of equal ones has its number."""
    changes_by_name: dict[str, tuple[str, int, str, Place, ast.AST]] = {}
    times: Counter[str] = Counter()
    for change in changes(tree):
        words = f"{module.__name__} {change[0]}: {change[2]}"
        times[words] += 1
        changes_by_name[f"{words} ({times[words]})" if times[words] > 1 else words] = change
    return changes_by_name


@functools.cache
def complaints(path: str, text: str) -> Counter[str]:
    """What mypy says of a file of ours if this was its text, without the places."""
    with tempfile.TemporaryDirectory() as folder:
        instead = Path(folder) / "instead.py"
        instead.write_text(text)
        mypy = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", "--shadow-file", path, str(instead)]
        answer = subprocess.run(mypy, capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        raise RuntimeError(answer.stderr)
    return Counter(line.partition(": error: ")[2] for line in answer.stdout.splitlines() if ": error: " in line)


def take_over(module: types.ModuleType, name: str, code: types.CodeType) -> None:
    """The function of that name goes on with the code that it has in ``code``."""
    owner: Any = module
    for part in name.split("."):
        owner = inspect.getattr_static(owner, part)
        code = next(each for each in code.co_consts if isinstance(each, types.CodeType) and each.co_name == part)
    owner = getattr(owner, "fget", None) or getattr(owner, "__func__", owner)
    if hasattr(owner, "cache_clear"):
        owner.cache_clear()
    inspect.unwrap(owner).__code__ = code


class Counting:
    """Runs in place of pytest's own loop: first every test once, to see which lines it reaches, then the changes."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.items: dict[str, pytest.Item] = {}
        self.reached: dict[str, list[str]] = {}
        self.seconds: dict[str, float] = {}
        self.known = _lines(options.known)
        self.these = [line.split(f": {MISSED} by ")[0] for line in _lines(options.these)]
        self.modules = {importlib.import_module(name).__file__ or "": importlib.import_module(name) for name in options.modules}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Prints a line for each change that no test noticed, and the figures of each module."""
        self.items.update({item.nodeid: item for item in session.items})
        self._look()
        total: Counter[str] = Counter()
        for path, module in self.modules.items():
            results = self._of_module(path, module)
            print(f"{module.__name__}: {_figures(results)}", flush=True)
            total += results
        print(f"all: {_figures(total)}", flush=True)
        return True

    def _of_module(self, path: str, module: types.ModuleType) -> Counter[str]:
        """How often each result came about."""
        tree, own = ast.parse(Path(path).read_text()), Path(path).relative_to(TOP)
        about = Counter(test for place, tests in self.reached.items() if place.startswith(f"{own}:") for test in tests)
        possible = named(module, tree)
        names = (
            [name for name in possible if name in self.these]
            if self.options.these
            else [name for name in possible if name not in self.known]
        )
        most = max(1, round(self.options.share * len(possible))) if self.options.share else self.options.most
        chosen = random.Random(f"{self.options.seed} {module.__name__}").sample(names, min(most, len(names)))
        results: Counter[str] = Counter()
        for words in sorted(chosen, key=lambda words: possible[words][1]):
            function, line, _, place, new = possible[words]
            with changed(tree, place, new):
                code, text = compile(tree, path, "exec"), ast.unparse(tree)
            change = functools.partial(take_over, module, function, code)
            reaching = self.reached.get(f"{own}:{line}", [])
            tests = self._chosen(reaching, own, about, self.options.seconds)
            result = self._try(change, tests)
            if result == MISSED:
                more = [test for test in self._chosen(reaching, own, about, self.options.again) if test not in tests]
                result, tests = self._try(change, more), tests + more
            if result == MISSED and not self.options.untyped and complaints(str(own), text) - complaints(str(own), ast.unparse(tree)):
                result = "refused by the type check"
            results[result] += 1
            if self.options.known:
                with open(self.options.known, "a") as file:
                    print(words, file=file)
            if result == MISSED or self.options.verbose:
                print(f"{words}: {result} by {len(tests)} of {len(reaching)}, line {line}", flush=True)
        return results

    def _look(self) -> None:
        """Fills in which tests reach ``path:line``, and how long each takes. In a process of its own: nothing of it stays loaded here."""
        kept = Path(self.options.reached or os.devnull)
        lines = kept.read_text().splitlines() if kept.is_file() else []
        read, write = os.pipe()
        if not _forked():
            os.close(read)
            known = {json.loads(line)[0] for line in lines}
            with os.fdopen(write, "w") as pipe, kept.open("a") as file:
                for name in [name for name in self.items if name not in known]:
                    line = json.dumps([name, *self._traced(name)]) + "\n"
                    for each in (file, pipe):
                        each.write(line)
                        each.flush()
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            lines += pipe.read().splitlines()
        os.wait()
        for line in lines:
            name, seconds, places = json.loads(line)
            if name in self.items and places is not None:
                self.seconds[name] = seconds
                for place in places:
                    self.reached.setdefault(place, []).append(name)

    def _traced(self, name: str) -> tuple[float, list[str] | None]:
        reached: set[str] = set()

        def step(frame: types.FrameType, event: str, argument: object) -> Any:
            reached.add(f"{Path(frame.f_code.co_filename).relative_to(TOP)}:{frame.f_lineno}")
            return step

        def trace(frame: types.FrameType, event: str, argument: object) -> Any:
            return step(frame, event, argument) if frame.f_code.co_filename in self.modules else None

        begun = time.process_time()
        threading.settrace(trace)
        sys.settrace(trace)
        failed = self._fails(self.items[name])
        sys.settrace(None)
        if failed:
            print(f"fails without any change: {name}", flush=True)
        return round(time.process_time() - begun, 3), None if failed else sorted(reached)

    def _chosen(self, tests: list[str], own: Path, about: Counter[str], seconds: float) -> list[str]:
        """Those of the module and the shortest, for half of the seconds; for the other half those that reach most of it."""

        def distance(test: str) -> tuple[int, float]:
            file, _, case = test.replace("-", "_").partition("::")
            is_own = file.endswith(f"test_{own.stem}.py") or f":{own.stem}/" in case
            return 0 if is_own else 1 if file.startswith(f"tests/{own.parent.name}/") else 2, self.seconds[test]

        first = sorted(tests, key=distance)
        chosen: dict[str, None] = dict.fromkeys(first[:1])
        for half in (first, sorted(first, key=about.__getitem__, reverse=True)):
            left = seconds / 2
            for test in half:
                if test not in chosen and self.seconds[test] <= left:
                    chosen[test] = None
                    left -= self.seconds[test]
        return list(chosen)

    def _try(self, change: Callable[[], None], tests: list[str]) -> str:
        child = _forked()
        if not child:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(int(30 + 4 * sum(self.seconds[test] for test in tests)))  # a change may make something go on for ever
            os.setsid()
            try:
                change()
                os._exit(1 if any(self._fails(self.items[test]) for test in tests) else 0)
            except BaseException as problem:
                print(repr(problem), flush=True)
                os._exit(2)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what the tests left running
        return {0: MISSED, 256: "noticed", 512: "cannot be tried"}.get(status, "went on for ever")

    def _fails(self, item: pytest.Item) -> bool:
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def _lines(path: str | None) -> list[str]:
    return Path(path).read_text().splitlines() if path and Path(path).is_file() else []


def _figures(results: Counter[str]) -> str:
    by_types, untried = results["refused by the type check"], results["cannot be tried"]
    tried = results.total() - untried
    return (
        f"{tried - results[MISSED] - by_types} of {tried} noticed, {by_types} more refused by the type check; {untried} could not be tried"
    )


def _forked() -> int:
    sys.stdout.flush()
    return os.fork()


def main(arguments: list[str]) -> int:
    """Counts; the exit status is pytest's."""
    given, of_pytest = (
        (arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]) if "--" in arguments else (arguments, [])
    )
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", help="venvls.engine, venvls.rules.asked…")
    parser.add_argument("--most", type=int, default=50, help="how many changes of each module (50)")
    parser.add_argument("--share", type=float, default=0, help="instead: which part of the changes of each module (0.1: a tenth)")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=15, help="of tests for each change (15)")
    parser.add_argument("--again", type=float, default=60, help="of more tests for each change that those did not notice (60)")
    parser.add_argument("--untyped", action="store_true", help="mypy does not look at what the tests did not notice")
    parser.add_argument("--known", help="a file of changes that were tried before, which are not again; those of this time are added")
    parser.add_argument("--these", help="a file of changes, as they are printed: of these and no others")
    parser.add_argument("--reached", help="a file that keeps which test reaches which lines, for the next time")
    parser.add_argument("--verbose", action="store_true", help="a line for each change that is noticed, too")
    options = parser.parse_args(given)
    os.chdir(TOP)
    plain = ("-qq", "-s", "-p", "no:cacheprovider", "-p", "no:xdist")
    return int(pytest.main([*plain, *(of_pytest or (*TESTS, *CHOICE))], plugins=[Counting(options)]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
