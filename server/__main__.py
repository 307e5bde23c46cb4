"""`python3 server COMMAND ...`: venvls from this checkout. Makes `.venv` at the checkout's root once, then runs from there.

Written so that every Python since 2.7 can read it: an old one must answer with a sentence, not with a syntax error.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - the whole point of this file
    sys.stderr.write(
        "venvls needs Python 3.10 or newer, and this is Python "
        + ".".join(str(part) for part in sys.version_info[:2])
        + " ("
        + str(sys.executable)
        + "). Run it with a newer one, for example: python3.12 server\n"
    )
    sys.exit(2)

import checkout

if __name__ == "__main__":
    sys.exit(checkout.run(sys.argv[1:]))
