"""The server as it is, but that looks at the disk more often, or never, and gives up earlier.

What is tested is what it notices, not how long it waits.
"""

from __future__ import annotations

import os
import sys

from venvls.__main__ import main
from venvls.lsp import polling, session, transport
from venvls.model import limits

polling.SECONDS = float(os.environ.get("VENVLS_TEST_SECONDS", "0.1"))
session.SILENCE = 0.0
transport._ANSWER_SECONDS = float(os.environ.get("VENVLS_TEST_ANSWER_SECONDS", transport._ANSWER_SECONDS))
limits.MOST_SECONDS = float(os.environ.get("VENVLS_TEST_MOST_SECONDS", limits.MOST_SECONDS))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
