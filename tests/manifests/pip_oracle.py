"""Runs inside a Python that has pip: for each text on standard input (one JSON string a line), what pip's own parser makes of it.

Nothing is installed and nothing is fetched. An answer is one JSON line: a list of logical lines, each with what pip read or why it refused.
"""

import json
import os
import sys

os.environ.clear()
import logging

logging.disable(logging.CRITICAL)

import pip  # noqa: E402
from pip._internal.exceptions import PipError  # noqa: E402
from pip._internal.network.session import PipSession  # noqa: E402
from pip._internal.req import req_file  # noqa: E402
from pip._internal.req.constructors import parse_editable, parse_req_from_line  # noqa: E402

SETTINGS = {
    "index_url": "--index-url",
    "extra_index_urls": "--extra-index-url",
    "no_index": "--no-index",
    "find_links": "--find-links",
    "prefer_binary": "--prefer-binary",
    "require_hashes": "--require-hashes",
    "pre": "--pre",
    "trusted_hosts": "--trusted-host",
}


def refusal(text, editable):
    try:
        if editable:
            parse_editable(text)
        else:
            parse_req_from_line(text, None)
    except PipError as error:
        return str(error)
    except Exception as error:  # pip lets a few of its libraries' exceptions through
        return repr(error)
    return None


def settings(opts):
    found = []
    for dest, name in SETTINGS.items():
        value = getattr(opts, dest)
        if value is True:
            found.append([name, None])
        elif isinstance(value, str):
            found.append([name, value])
        elif value:
            found.extend([name, one] for one in value)
    return sorted(found, key=str)


def read(text):
    lines = []
    parse_line = req_file.get_line_parser(None)
    for number, line in req_file.preprocess(text):
        try:
            args, opts = parse_line(line)
        except req_file.OptionParsingError as error:
            lines.append({"line": number, "text": line, "refused": error.msg})
            continue
        except PipError as error:
            lines.append({"line": number, "text": line, "refused": str(error)})
            continue
        one = {"line": number, "text": line, "refused": None}
        if args or opts.editables:
            requirement = args or opts.editables[0]
            one["requirement"] = requirement
            # `name -e folder`: since pip 24 the name counts as editable (and fails later), before it did not; nobody means it.
            one["editable"] = not args
            one["hashes"] = sorted(f"{kind}:{digest}" for kind, all_ in (opts.hashes or {}).items() for digest in all_)
            one["refused"] = refusal(requirement, not args)
        elif opts.requirements:
            one["include"] = ["requirements", opts.requirements[0]]
        elif opts.constraints:
            one["include"] = ["constraints", opts.constraints[0]]
        else:
            one["settings"] = settings(opts)
        lines.append(one)
    return lines


def whole(path):
    """``parse_requirements`` on a file with everything it includes."""
    return [[one.requirement, one.is_editable, one.constraint] for one in req_file.parse_requirements(path, session=PipSession())]


for asked in sys.stdin:
    question = json.loads(asked)
    answer = whole(question["path"]) if isinstance(question, dict) else {"pip": pip.__version__, "lines": read(question)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
