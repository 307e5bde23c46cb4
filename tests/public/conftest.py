"""The comparison on public projects takes an hour and gigabytes of packages: it is collected only where it is wanted."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("VENVLS_PUBLIC") else ["test_public.py"]
