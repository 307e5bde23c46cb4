"""No secret of a URL reaches a person's screen or a log."""

from __future__ import annotations

import pytest

from tests.effort import ends
from venvls.model.redact import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ada:hunter2@example.com/simple", "https://***@example.com/simple"),
        ("--index-url=https://token@example.com", "--index-url=https://***@example.com"),
        ("git+ssh://git@github.com/org/lib@v1", "git+ssh://git@github.com/org/lib@v1"),
        ("https://a:p@ss@host/x", "https://***@host/x"),
        ("https://${USER}:${TOKEN}@host", "https://***@host"),
        ("see https://host/x?token=abc&page=2#sha256=1", "see https://host/x?token=***&page=2#sha256=1"),
        ("https://host/x?X-Amz-Signature=abc&a=1", "https://host/x?X-Amz-Signature=***&a=1"),
        ("lib @ https://host/lib@v1", "lib @ https://host/lib@v1"),
        ("ada@example.com", "ada@example.com"),
        ("a https://u:p@h/ and https://u:p@k/", "a https://***@h/ and https://***@k/"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("text", ["//" * 400_000, "//" + "a" * 800_000, "https://" + "@" * 800_000, "//x?" + "token" * 100_000])
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    with ends():
        redact(text)
