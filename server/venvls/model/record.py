"""``NamedTuple``, ``dataclass`` and ``Protocol`` as every type checker knows them, made in a tenth of the time.

A first ``venvls check`` makes some hundred classes of data. The standard library compiles source text for each of them, and
``dataclasses`` brings in ``inspect``, ``ast`` and ``tokenize`` for that: a fifth of the whole check. Nothing is compiled here. What the
type checkers see are the standard library's own; what runs is the part of them that venvls uses:

- ``NamedTuple``: defaults, methods, ``_fields``, ``_replace``, ``_asdict``, ``_make``; as quick to make and to read as the original.
- ``dataclass(frozen=…, slots=…)`` on a class without bases: defaults, ``field(default_factory=…)``, ``replace``. That nobody
  changes a frozen one is left to the type checker; it has a hash and the others have none. For what there are few of.
- ``Protocol``: for type checkers alone; nobody asks at run time whether an object has the shape.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

__all__ = ["NamedTuple", "Protocol", "dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import NamedTuple, Protocol
else:
    from itertools import repeat
    from types import FunctionType

    try:
        from _collections import _tuplegetter  # what collections.namedtuple reads its fields with, and has in C
    except ImportError:
        from operator import itemgetter

        def _tuplegetter(place, doc):
            return property(itemgetter(place), doc=doc)

    _tuple = tuple.__new__
    # One for each number of fields. A class takes the code of the one that fits, under the names of its own fields.
    _NEW = (
        lambda _cls: _tuple(_cls, ()),
        lambda _cls, a: _tuple(_cls, (a,)),
        lambda _cls, a, b: _tuple(_cls, (a, b)),
        lambda _cls, a, b, c: _tuple(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _tuple(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _tuple(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _tuple(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _tuple(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _tuple(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _tuple(_cls, (a, b, c, d, e, f, g, h, i)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, t: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, t)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, t, u: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, t, u)
        ),
    )

    class _Named(type):
        """Makes the classes below :class:`NamedTuple`: tuples with names for their places."""

        def __new__(mcs, name, bases, space):
            fields = tuple(space.get("__annotations__", ()))
            if bases in ((tuple,), ()) or not fields:  # NamedTuple itself, or a class that adds methods to one of those below it
                return super().__new__(mcs, name, bases, {"__slots__": (), **space})
            defaults = tuple([space[field] for field in fields if field in space])
            if any(field not in space for field in fields[len(fields) - len(defaults) :]):
                raise TypeError(f"{name}: a field without a default follows one that has it")
            for place, field in enumerate(fields):
                space[field] = _tuplegetter(place, None)
            make = _NEW[len(fields)].__code__.replace(co_varnames=("_cls", *fields))
            make = space["__new__"] = FunctionType(make, globals(), "__new__", defaults)
            make.__qualname__ = f"{name}.__new__"
            make.__annotations__ = space["__annotations__"]
            space["__slots__"] = ()
            space["_fields"] = space["__match_args__"] = fields
            return super().__new__(mcs, name, bases, space)

    class NamedTuple(tuple, metaclass=_Named):
        """See the top of this file."""

        _fields = ()

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changes):
            made = _tuple(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no field {', '.join(changes)}")
            return made

        def __repr__(self):
            return f"{type(self).__name__}({', '.join([f'{name}={value!r}' for name, value in self._asdict().items()])})"

        def __getnewargs__(self):
            return tuple(self)

    class field:  # noqa: N801
        """A default that is made new for each object."""

        __slots__ = ("default_factory",)

        def __init__(self, *, default_factory):
            self.default_factory = default_factory

    def _of_four(self, a, b, c, d):
        self.a, self.b = a, b
        self.c, self.d = c, d
        for name in self._made_new:
            self._renew(name)

    def _of_seven(self, a, b, c, d, e, f, g):
        self.a, self.b = a, b
        self.c, self.d = c, d
        self.e, self.f = e, f
        self.g = g
        for name in self._made_new:
            self._renew(name)

    def _of_eight(self, a, b, c, d, e, f, g, h):
        self.a, self.b = a, b
        self.c, self.d = c, d
        self.e, self.f = e, f
        self.g, self.h = g, h
        for name in self._made_new:
            self._renew(name)

    def _of_twelve(self, a, b, c, d, e, f, g, h, i, j, k, m):
        self.a, self.b = a, b
        self.c, self.d = c, d
        self.e, self.f = e, f
        self.g, self.h = g, h
        self.i, self.j = i, j
        self.k, self.m = k, m
        for name in self._made_new:
            self._renew(name)

    # As for named tuples, for the sizes of what is made by the ten thousand: edits, actions, tasks and findings. A third of the time.
    _INIT = {4: _of_four, 7: _of_seven, 8: _of_eight, 12: _of_twelve}

    class _Data:
        """What every dataclass has. ``_fields`` are its fields in their order, ``_defaults`` what they are where nobody says,
        ``_made_new`` those whose default is made for each object."""

        __slots__ = ()

        def __init__(self, *values, **named):
            fields = self._fields
            if values:
                given = {**dict(zip(fields, values, strict=False)), **named}
                if len(given) < len(values) + len(named) or len(values) > len(fields):
                    raise TypeError(f"{type(self).__name__} takes no {', '.join(map(repr, named))} after {len(values)} values")
                named = given
            given = {**self._defaults, **named}
            for name in self._made_new:
                if name not in named:
                    given[name] = given[name].default_factory()
            try:
                # Without a line of Python for each field: findings are made by the ten thousand.
                tuple(map(setattr, repeat(self), fields, map(given.__getitem__, fields)))
            except KeyError as missing:
                raise TypeError(f"{type(self).__name__} needs {missing.args[0]}") from None
            if len(given) > len(fields):
                raise TypeError(f"{type(self).__name__} takes no {', '.join(map(repr, given.keys() - set(fields)))} here")

        def _renew(self, name):
            """Gives a field whose default is made for each object its own, where nobody gave it a value."""
            value = getattr(self, name)
            if type(value) is field:
                setattr(self, name, value.default_factory())

        def _values(self):
            return tuple([getattr(self, name) for name in self._fields])

        def __eq__(self, other):
            return self._values() == other._values() if type(self) is type(other) else NotImplemented

        def __repr__(self):
            pairs = zip(self._fields, self._values(), strict=True)
            return f"{type(self).__name__}({', '.join([f'{name}={value!r}' for name, value in pairs])})"

    def _hash(self):
        return hash(self._values())

    def dataclass(*, frozen=False, slots=False):
        """See the top of this file. There are always slots, so that no object can get a field its class does not have."""

        def made(cls):
            space = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
            fields = tuple(space.get("__annotations__", ()))
            defaults = {name: space.pop(name) for name in fields if name in space}
            made_new = tuple([name for name, value in defaults.items() if type(value) is field])
            space.update(__slots__=fields, __match_args__=fields, _fields=fields, _defaults=defaults, _made_new=made_new)
            space["__hash__"] = _hash if frozen else None
            if (set_all := _INIT.get(len(fields))) is not None and all(name in defaults for name in fields[len(fields) - len(defaults) :]):
                code = set_all.__code__.replace(co_varnames=("self", *fields, "name"), co_names=(*fields, "_made_new", "_renew"))
                space["__init__"] = FunctionType(code, globals(), "__init__", tuple(defaults.values()))
            return type(cls.__name__, (_Data,), space)

        return made

    def replace(record, **changes):
        """The same dataclass object with other values in some fields."""
        kind, fields = type(record), record._fields
        values = list(map(getattr, repeat(record), fields))
        for name, value in changes.items():
            if name not in fields:
                raise TypeError(f"{kind.__name__} has no field {name!r}")
            values[fields.index(name)] = value
        return kind(*values)

    class _Shape:
        """What is made of a class below ``Protocol``: no class, which would be half of the work of loading a module of ports."""

        def __init__(self, *_):
            pass

    Protocol = _Shape()
