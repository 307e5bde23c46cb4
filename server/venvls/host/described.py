"""What METADATA or PKG-INFO tells people: summary, licence, addresses. Apart from what decides, which thousands of files are read for."""

from __future__ import annotations

from email.parser import HeaderParser

from venvls.model.environment import Description

_LONGEST = 300
_MOST = 20


def read_description(data: bytes | None, name: str) -> Description:
    """The description in a METADATA file; the name alone where there is none. What is said in many lines is cut to the first."""
    if data is None:
        return Description(name)
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    header = HeaderParser().parsestr(text.replace("\r\n", "\n").partition("\n\n")[0])

    def value(field: str) -> str:
        return _line(str(header.get(field) or ""))

    urls = []
    for line in (header.get_all("Project-URL") or ())[:_MOST]:
        label, _, address = str(line).partition(",")
        if address.strip():
            urls.append((_line(label), _line(address)))
    return Description(
        value("Name") or name,
        value("Summary"),
        value("License-Expression") or value("License") or _classified(header.get_all("Classifier") or ()),
        value("Home-page"),
        tuple(urls),
        value("Requires-Python"),
    )


def _classified(classifiers: list[str] | tuple[()]) -> str:
    """The licence as a classifier names it."""
    named = [str(line).rpartition(" :: ")[2] for line in classifiers if str(line).startswith("License :: ")]
    return _line(", ".join(named))


def _line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip()[:_LONGEST] if lines else ""
