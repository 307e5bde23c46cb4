"""Well-known modules whose distribution is called otherwise: ``yaml`` is of PyYAML.

A module that is not in the table is unknown, and nothing is ever offered for it: its name may be anybody's. The table is what the wheels
themselves say, put together by ``tests/well_known_modules.py``. Read on 2026-11-28
"""

from __future__ import annotations

_known: dict[str, str] = {}


def distribution_of(module: str) -> str | None:
    """The distribution of a module, as that one writes its name; ``None`` where none is well known for it."""
    if not _known:
        for line in _TABLE.strip().splitlines():
            known, _, name = line.partition(" ")
            _known[known] = name
    parts = module.split(".")
    named = (_known.get(".".join(parts[:number])) for number in range(len(parts), 0, -1))
    return next((name for name in named if name is not None), None)


_TABLE = """
Crypto pycryptodome
OpenSSL pyOpenSSL
PIL pillow
attr attrs
bs4 beautifulsoup4
cv2 opencv-python
dateutil python-dateutil
docx python-docx
dotenv python-dotenv
environ django-environ
git GitPython
google.protobuf protobuf
jwt PyJWT
magic python-magic
psycopg2 psycopg2-binary
rest_framework djangorestframework
serial pyserial
sklearn scikit-learn
slugify python-slugify
websocket websocket-client
yaml PyYAML
zmq pyzmq
"""
