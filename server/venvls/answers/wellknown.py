"""Names that many projects require, for completion where nothing nearer is known. Written down once; no claim that they are all."""

from __future__ import annotations


def names() -> list[str]:
    """The names, PEP 503 forms."""
    return _NAMES.split()


_NAMES = """
aiofiles aiohttp aiosqlite alembic altair annotated-types anyio apscheduler argcomplete arrow asgiref asyncpg attrs authlib
azure-identity babel bandit bcrypt beautifulsoup4 black bleach bokeh boto3 botocore build cachetools cattrs celery certifi cffi channels
chardet charset-normalizer click cloudpickle colorama colorlog coverage cryptography cython dash dask databases dateparser debugpy
decorator diskcache django django-cors-headers django-debug-toolbar django-environ django-extensions django-filter djangorestframework
dnspython docker docutils dulwich email-validator environs factory-boy faker fastapi filelock flake8 flask flask-cors flask-login
flask-migrate flask-sqlalchemy flask-wtf flit fonttools freezegun fsspec furo gevent gitpython google-api-python-client google-auth
google-cloud-storage graphene greenlet grpcio gunicorn h5py hatch hatchling httpcore httptools httpx huggingface-hub humanize hypercorn
hypothesis idna imageio importlib-metadata importlib-resources iniconfig invoke ipdb ipykernel ipython isort itsdangerous jedi jinja2
joblib jsonschema jupyter jupyterlab keyring kombu langchain librosa line-profiler locust loguru lxml mako markdown markdown-it-py
markupsafe marshmallow matplotlib maturin memory-profiler mkdocs mkdocs-material mlflow mock mongoengine more-itertools moto msgpack
multidict mypy mysqlclient myst-parser networkx ninja nltk notebook nox numba numpy oauthlib openai opencv-python openpyxl
opentelemetry-api opentelemetry-sdk orjson packaging pandas pandas-stubs paramiko passlib pathspec pdm peewee pendulum pexpect pillow
pip pip-tools pipenv platformdirs playwright plotly pluggy poetry poetry-core polars pre-commit prometheus-client prompt-toolkit
protobuf psutil psycopg psycopg2 psycopg2-binary pyarrow pycparser pycryptodome pydantic pydantic-core pydantic-settings pygments
pyinstaller pyjwt pylint pymongo pymysql pyodbc pyopenssl pyparsing pyright pyserial pytest pytest-asyncio pytest-benchmark pytest-cov
pytest-django pytest-mock pytest-timeout pytest-xdist python-dateutil python-decouple python-dotenv python-jose python-multipart
python-slugify pytz pywin32 pyyaml pyzmq redis regex reportlab requests requests-mock requests-oauthlib responses rich ruamel-yaml ruff
s3fs scikit-image scikit-learn scipy scrapy seaborn selenium sentry-sdk setuptools setuptools-scm shapely simplejson six sniffio
snowflake-connector-python sortedcontainers soupsieve spacy sphinx sphinx-autodoc-typehints sphinx-rtd-theme sqlalchemy sqlmodel
sqlparse starlette statsmodels streamlit structlog sympy tabulate tenacity tensorboard tensorflow textual threadpoolctl tiktoken
tokenizers toml tomli tomlkit toolz torch torchvision tornado tox tqdm traitlets transformers trio twine twisted typeguard typer
types-pyyaml types-requests typing-extensions tzdata ujson urllib3 uv uvicorn uvloop virtualenv watchdog watchfiles wcwidth
websocket-client websockets werkzeug wheel whitenoise wrapt wtforms xarray xgboost xlsxwriter yarl zipp zstandard
"""
