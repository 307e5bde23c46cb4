"""Well-known modules whose distribution is called otherwise: ``yaml`` is of PyYAML.

A module that is not in the table is unknown, and nothing is ever offered for it: its name may be anybody's. The table is what the wheels
themselves say, put together by ``tests/well_known_modules.py``. Read on 2026-11-29
"""

from __future__ import annotations

_known: dict[str, str] = {}
_MOST_PARTS = 4
"""Of the names in the table, and one more."""


def distribution_of(module: str) -> str | None:
    """The distribution of a module, as that one writes its name; ``None`` where none is well known for it."""
    if not _known:
        for line in _TABLE.strip().splitlines():
            known, _, name = line.partition(" ")
            _known[known] = name
    parts = module.split(".")
    named = (_known.get(".".join(parts[:number])) for number in range(min(len(parts), _MOST_PARTS), 0, -1))
    return next((name for name in named if name is not None), None)


_TABLE = """
Crypto pycryptodome
OpenSSL pyOpenSSL
PIL pillow
attr attrs
bs4 beautifulsoup4
bson pymongo
cattr cattrs
corsheaders django-cors-headers
cv2 opencv-python
dateutil python-dateutil
debug_toolbar django-debug-toolbar
decouple python-decouple
discord discord.py
django_filters django-filter
dns dnspython
docx python-docx
dotenv python-dotenv
environ django-environ
factory factory_boy
fitz pymupdf
git GitPython
github PyGithub
gitlab python-gitlab
google.oauth2 google-auth
google.protobuf protobuf
googleapiclient google-api-python-client
gridfs pymongo
grpc grpcio
hydra hydra-core
jose python-jose
jwt PyJWT
kafka kafka-python
magic python-magic
markdown_it markdown-it-py
mypyc mypy
opentelemetry.attributes opentelemetry-api
opentelemetry.baggage opentelemetry-api
opentelemetry.context opentelemetry-api
opentelemetry.environment_variables opentelemetry-api
opentelemetry.metrics opentelemetry-api
opentelemetry.propagate opentelemetry-api
opentelemetry.propagators opentelemetry-api
opentelemetry.trace opentelemetry-api
opentelemetry.util opentelemetry-api
opentelemetry.version opentelemetry-api
pdfminer pdfminer.six
piptools pip-tools
pkg_resources setuptools
pptx python-pptx
progressbar progressbar2
psycopg2 psycopg2-binary
rest_framework djangorestframework
serial pyserial
skimage scikit-image
sklearn scikit-learn
slugify python-slugify
telegram python-telegram-bot
tlz toolz
umap umap-learn
websocket websocket-client
xdist pytest-xdist
yaml PyYAML
zmq pyzmq
"""
