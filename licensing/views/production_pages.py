"""What the pages of projects and of requests share: the form about a production, and what it says afterwards."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from archive.language import language
from licensing import countries, wording
from licensing.projects import Project
from licensing.request_forms import ASKED, ProductionForm
from licensing.vocabulary import OPTIONS

Fact = tuple[str, str]


def form(template: str, shown: ProductionForm, **context: Any) -> str:
    """Render a form with its lists and errors."""
    return render_template(
        template,
        form=shown,
        errors={name: messages[0] for name, messages in shown.errors.items() if name and messages},
        options={question: _options(question) for question in ("use", *ASKED)},
        countries=countries.choices(language()),
        **context,
    )


def values(project: Project) -> dict[str, Any]:
    """Give what a project says by field of the form."""
    return {
        "title": project.title,
        "production_type": project.production_type,
        "end_user": project.end_user,
        "deadline": project.deadline,
        "note": project.note,
        "form_key": project.key,
    } | {question: project.choice[question] for question in ASKED if question in project.choice}


def facts(project: Project, lang: str) -> list[Fact]:
    """Tell what a project says of its production, as names and values."""
    held = {question: answer for question, answer in project.answers.items() if question in ("use", *ASKED)}
    found = [(_("Use"), wording.summary(held, lang))]
    if project.end_user:
        found.append((_("Made for"), project.end_user))
    return found


def _options(question: str) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in OPTIONS[question].items()]
