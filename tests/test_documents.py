"""The documents say what is so: commands exist, links lead somewhere, every library has its reason."""

import configparser
import re
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from tests.offenders import offenders

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def commands_in(document: Path) -> list[list[str]]:
    """Find `flask …` commands in indented lines and in backticks."""
    text = document.read_text(encoding="utf-8")
    lines = re.findall(r"^    (?:\S*bin/)?flask (.+)$", text, re.MULTILINE) + re.findall(
        r"`flask ([^`]+)`", text
    )
    return [re.split(r"\s+", line.strip()) for line in lines]


def test_every_command_named_in_a_document_exists(app: Flask) -> None:
    for document, words in [(path, words) for path in DOCUMENTS for words in commands_in(path)]:
        command: click.Command = app.cli
        with ScriptInfo(create_app=lambda: app).load_app().app_context():
            context = click.Context(command)
            for word in words:
                if not isinstance(command, click.Group):
                    break
                names = re.split(r"\s*\|\s*", word)
                found = command.get_command(context, names[0])
                assert found is not None, f"flask {' '.join(words)} in {document.name}"
                command = found
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, f"{words} in {document.name}"


def test_links_between_documents_lead_somewhere() -> None:
    def missing(document: Path) -> list[str]:
        links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
        return [link for link in links if "://" not in link and not (document.parent / link).exists()]

    assert offenders(DOCUMENTS, missing) == {}


def test_every_dependency_has_its_reason() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = dict(settings["options.extras_require"])
    stated = "\n".join([settings["options"]["install_requires"], *extras.values()])
    names = {re.split(r"[ <>=]", line, maxsplit=1)[0].lower() for line in stated.splitlines() if line.strip()}
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()

    assert {name for name in names if name not in explained} == set()


def test_what_make_targets_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(
            r"(?:^    |`)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert named <= targets
