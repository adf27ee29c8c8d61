"""Typesetting: data and a Typst template become a PDF for people, archives and screen readers (PDF/A and PDF/UA-1).

What was agreed goes in as data and is never pasted into markup, so a title is printed as it is, whatever it says.
The same data give the same bytes.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "documents"

_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def print_pdf(
    template: str, data: dict[str, Any], moment: datetime, font_dirs: Sequence[Path], *, attached: bytes = b""
) -> bytes:
    """Print a template of TEMPLATES, dated `moment`; faces in `font_dirs` (TTF, OTF) are used, else Typst's own.

    A template that carries a file gets it as `sys.inputs.attached` (UTF-8), and becomes PDF/A-3 instead of PDF/A-2.
    """
    compiler = typst.Compiler(
        TEMPLATES / template, root=TEMPLATES, font_paths=list(font_dirs), ignore_system_fonts=True
    )
    clean = _mapped(data, printable)
    try:
        return _compile(compiler, clean, moment, attached)
    except typst.TypstError as error:
        strange = _characters_without_glyph(error)
        if not strange:
            raise
        return _compile(compiler, _mapped(clean, lambda text: text.translate(strange)), moment, attached)


def printable(text: str) -> str:
    """Give a text in one line, without what cannot be printed and marks of direction, which could make a name read as
    another.
    """
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join("".join(kept).split())


def _compile(compiler: typst.Compiler, data: dict[str, Any], moment: datetime, attached: bytes) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    printed = compiler.compile(
        format="pdf",
        sys_inputs=inputs | ({"attached": attached.decode()} if attached else {}),
        pdf_standards=["a-3a" if attached else "a-2a", "ua-1"],
        timestamp=int(moment.timestamp()),
    )
    if not isinstance(printed, bytes):
        raise TypeError("Typst gave several files where one was asked for")
    return printed


def _characters_without_glyph(error: typst.TypstError) -> dict[int, str]:
    # The standards forbid a character that no font can show. What was paid for must be printed all the same, so
    # such a character is named by its code point: "[U+65E5]".
    found = "".join(_NO_GLYPH.findall(str(error.diagnostic)))
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), found)
    return {ord(character): f"[U+{ord(character):04X}]" for character in plain if not character.isascii()}


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(item, change) for name, item in value.items()}
    return [_mapped(item, change) for item in value]
