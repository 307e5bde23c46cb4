"""`python3 tests`: sets up what is needed, then runs the whole suite. `python3 tests --help` says what may be left out.

Written so that every Python since 2.7 can read it: an old one must answer with a sentence, not with a syntax error.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - the whole point of this file
    sys.stderr.write("The tests of venvls need Python 3.10 or newer; run them with a newer one, for example: python3.12 tests\n")
    sys.exit(2)

import suite

if __name__ == "__main__":
    sys.exit(suite.main(sys.argv[1:]))
