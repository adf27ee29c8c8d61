"""The import desk: hand in a file, map its columns, see what a dry run says, choose rows, bring them in, undo it."""

import io
from pathlib import Path

from flask import Blueprint, Response, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from archive import audit, bodies, clock
from archive.accounts import Role
from archive.db import db
from archive.errors import DomainError, Invalid
from archive.language import language
from archive.sign_in import staff_only
from catalogue import instruments
from catalogue.importing import composing, desk_jobs, error_sheets, intakes, saved_mappings, undoing
from catalogue.importing import mapping as mappings
from catalogue.importing.guessing import FIELDS, PLAYS
from catalogue.importing.intakes import Intake, IntakeLine, IntakeState, LineState
from catalogue.pages import findings
from catalogue.pages import imports as pages_of_imports
from catalogue.pages.imports import Columns

PER_PAGE = 30
BODY = intakes.MAX_BYTES + (1 << 16)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/imports", "desk_imports", desk_imports)
    pages.add_url_rule("/desk/imports", "desk_import_hand_in", desk_import_hand_in, methods=["POST"])
    one = "/desk/imports/<int:number>"
    pages.add_url_rule(one, "desk_import", desk_import)
    pages.add_url_rule(f"{one}/columns", "desk_import_columns", desk_import_columns, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/check", "desk_import_check", desk_import_check, methods=["POST"])
    pages.add_url_rule(f"{one}/rows", "desk_import_rows", desk_import_rows, methods=["POST"])
    pages.add_url_rule(f"{one}/run", "desk_import_run", desk_import_run, methods=["POST"])
    pages.add_url_rule(f"{one}/undo", "desk_import_undo", desk_import_undo, methods=["POST"])
    pages.add_url_rule(f"{one}/errors.<any(csv, xlsx):form>", "desk_import_errors", desk_import_errors)


@staff_only(Role.CATALOGUER)
def desk_imports() -> ResponseReturnValue:
    """List the imports, with a form to hand in a file."""
    return _list()


@bodies.takes(BODY)
@staff_only(Role.CATALOGUER)
def desk_import_hand_in() -> ResponseReturnValue:
    """Take a file in. One that is no table comes back with the reason."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid("Choose a file first.")
        intake = intakes.add(file.stream, file.filename, g.account, clock.now())
    except DomainError as refusal:
        return _list(refusal.sentence()), 422
    audit.record(
        "import.handed_in", "intake", str(intake.id), g.account.id, file=intake.filename, sha256=intake.sha256
    )
    return redirect(url_for("catalogue.desk_import_columns", number=intake.id), 303)


@staff_only(Role.CATALOGUER)
def desk_import(number: int) -> ResponseReturnValue:
    """Show how an import stands: at work, its dry run, or what became of it."""
    intake = intakes.get(number)
    if intake.state is IntakeState.NEW:
        return redirect(url_for("catalogue.desk_import_columns", number=number), 303)
    return render_template("catalogue/desk_import.html", **_page(intake))


@staff_only(Role.CATALOGUER)
def desk_import_columns(number: int) -> ResponseReturnValue:
    """Map the columns of a file. A faulty form comes back with 422 and everything in it."""
    intake = intakes.get(number)
    asked = request.form if request.method == "POST" else request.args
    try:
        found = _columns(intake, asked)
    except DomainError as refusal:
        return render_template(
            "catalogue/desk_import_columns.html", intake=intake, refusal=refusal.sentence(), found=None
        ), 422
    if request.method == "GET":
        return _mapping_page(intake, found)
    chosen, errors = pages_of_imports.read_form(request.form, found)
    if chosen.name in mappings.names():
        errors["name"] = Invalid("A mapping of the house has this name. Choose another.").sentence()
    if errors:
        return _mapping_page(intake, found, errors, request.form), 422
    data = composing.compose(chosen)
    saved_mappings.keep(mappings.parse(chosen.name, data), data, g.account.id, clock.now())
    _begin_check(intake, chosen.name, found)
    return redirect(url_for("catalogue.desk_import", number=number), 303)


@staff_only(Role.CATALOGUER)
def desk_import_check(number: int) -> ResponseReturnValue:
    """Do the dry run by a mapping that is there already."""
    intake = intakes.get(number)
    mapping = saved_mappings.find(request.form.get("mapping", ""))
    if mapping is None:
        raise Invalid("There is no mapping of this name. Map the columns, or choose another.")
    _begin_check(intake, mapping.name, None)
    return redirect(url_for("catalogue.desk_import", number=number), 303)


@staff_only(Role.CATALOGUER)
def desk_import_rows(number: int) -> ResponseReturnValue:
    """Choose which of the rows shown are to come in, or all of one state at once."""
    intake = intakes.get(number)
    _require(intake, IntakeState.CHECKED)
    state = _state(request.form.get("show", ""))
    mine = update(IntakeLine).where(IntakeLine.intake_id == intake.id, IntakeLine.state != LineState.REFUSED)
    all_of_it = request.form.get("all", "")
    if all_of_it in ("take", "leave"):
        db.session.execute(mine.where(IntakeLine.state == state).values(is_chosen=all_of_it == "take"))
    else:
        shown, chosen = (_numbers(request.form.getlist(name)) for name in ("shown", "chosen"))
        db.session.execute(mine.where(IntakeLine.id.in_(shown - chosen)).values(is_chosen=False))
        db.session.execute(mine.where(IntakeLine.id.in_(shown & chosen)).values(is_chosen=True))
    page = request.form.get("page", 1, int)
    return redirect(url_for("catalogue.desk_import", number=number, show=state.value, page=page), 303)


@staff_only(Role.CATALOGUER)
def desk_import_run(number: int) -> ResponseReturnValue:
    """Bring the chosen rows in."""
    intake = intakes.get(number)
    if not sum(chosen for _total, chosen in intakes.counts(intake).values()):
        raise Invalid("No row is chosen. Choose at least one, or mend the file and hand it in again.")
    intakes.move(intake, IntakeState.RUNNING)
    audit.record(
        "import.run", "intake", str(intake.id), g.account.id, file=intake.filename, mapping=intake.mapping
    )
    desk_jobs.enqueue(desk_jobs.RUN_JOB, intake, g.account.id)
    return redirect(url_for("catalogue.desk_import", number=number), 303)


@staff_only(Role.CATALOGUER)
def desk_import_undo(number: int) -> ResponseReturnValue:
    """Undo an import."""
    intake = intakes.get(number)
    intakes.move(intake, IntakeState.UNDOING)
    audit.record("import.undo", "intake", str(intake.id), g.account.id, file=intake.filename)
    desk_jobs.enqueue(desk_jobs.UNDO_JOB, intake, g.account.id)
    return redirect(url_for("catalogue.desk_import", number=number), 303)


@staff_only(Role.CATALOGUER)
def desk_import_errors(number: int, form: str) -> ResponseReturnValue:
    """Give the rows that were refused (or, asked for, want a look) with two columns that say why."""
    intake = intakes.get(number)
    if intake.found is None:
        raise Invalid("There is no dry run yet. Map the columns first.")
    refused_only = request.args.get("rows") != "look"
    name = f"{Path(intake.filename).stem}-errors.{form}"
    if form == "csv":
        text = error_sheets.as_csv(intake, findings.said, refused_only=refused_only)
        return Response(
            text,
            mimetype="text/csv",
            headers={"Content-Disposition": _attachment(name), "Cache-Control": "no-store"},
        )
    file = io.BytesIO()
    error_sheets.as_xlsx(intake, file, findings.said, refused_only=refused_only)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(file, mimetype=kind, as_attachment=True, download_name=name, max_age=0)


def _list(error: str | None = None) -> str:
    page = max(request.args.get("page", 1, int), 1)
    found, total = intakes.newest(page, PER_PAGE)
    return render_template(
        "catalogue/desk_imports.html",
        intakes=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        error=error,
        limit=intakes.MAX_BYTES >> 20,
        states=pages_of_imports.STATES,
    )


def _page(intake: Intake) -> dict[str, object]:
    counts = intakes.counts(intake)
    first = next((state for state in (LineState.REFUSED, LineState.LOOK) if counts[state][0]), LineState.GOOD)
    show = _state(request.args.get("show", ""), first)
    rows, pages = pages_of_imports.lines(intake, show, request.args.get("page", 1, int))
    return {
        "intake": intake,
        "states": pages_of_imports.STATES,
        "separators": pages_of_imports.SEPARATORS,
        "counts": counts,
        "chosen": sum(chosen for _total, chosen in counts.values()),
        "show": show,
        "rows": rows,
        "page": min(max(request.args.get("page", 1, int), 1), pages),
        "pages": pages,
        "problem": _problem(intake),
        "general": pages_of_imports.general(intake.report or intake.found),
        "same": intakes.same_file(intake),
        "why": undoing.WHY,
        "said": findings.said,
    }


def _mapping_page(
    intake: Intake,
    found: Columns,
    errors: dict[str, str] | None = None,
    form: MultiDict[str, str] | None = None,
) -> str:
    lang = language()
    plays = sorted(
        (
            (PLAYS + each.code, each.label_nl if lang == "nl" else each.label_en)
            for each in instruments.every()
        ),
        key=lambda pair: pair[1].casefold(),
    )
    return render_template(
        "catalogue/desk_import_columns.html",
        intake=intake,
        found=found,
        errors=errors or {},
        form=form,
        shapes=pages_of_imports.SHAPES,
        shape_choices=[(shape.value, label) for shape, label in pages_of_imports.SHAPES.items()],
        fields=[(field, pages_of_imports.LABELS[field]) for field in FIELDS[found.shape]],
        plays=plays,
        problem=_problem(intake),
        refusal=None,
        same=intakes.same_file(intake),
        stem=Path(intake.filename).stem.replace("_", " "),
    )


def _columns(intake: Intake, asked: MultiDict[str, str]) -> Columns:
    header = asked.get("header", "")
    row = int(header) if header.isascii() and header.isdigit() and len(header) < 8 else None
    return pages_of_imports.columns(intake, asked.getlist("sheet"), row, asked.get("shape", ""))


def _begin_check(intake: Intake, mapping: str, found: Columns | None) -> None:
    intakes.move(intake, IntakeState.CHECKING)
    intake.mapping = mapping
    intake.sheets = list(found.chosen_sheets) if found else []
    intake.header_row = found.header_row if found and found.has_header_choice else None
    desk_jobs.enqueue(desk_jobs.CHECK_JOB, intake, g.account.id)


def _require(intake: Intake, state: IntakeState) -> None:
    if intake.state is not state:
        raise Invalid("This import is at another step by now. Look at how it stands.")


def _problem(intake: Intake) -> str | None:
    return Invalid(intake.problem, **(intake.details or {})).sentence() if intake.problem else None


def _state(text: str, otherwise: LineState = LineState.GOOD) -> LineState:
    return LineState(text) if text in {state.value for state in LineState} else otherwise


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 15}


def _attachment(name: str) -> str:
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    return f'attachment; filename="{plain}"'
