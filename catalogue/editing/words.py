"""The words for what the editor offers to choose from, in the order in which it is offered."""

from flask_babel import lazy_gettext as _l

from catalogue.credits import Certainty
from catalogue.entries import Access
from catalogue.relations import RelationKind

CERTAINTIES = {
    Certainty.CERTAIN: _l("certain"),
    Certainty.PROBABLE: _l("probable"),
    Certainty.DISPUTED: _l("disputed"),
}
RELATIONS = {
    RelationKind.DOCUMENTS: _l("documents"),
    RelationKind.COVER_OF: _l("is a cover of"),
    RelationKind.VERSION_OF: _l("is a version of"),
    RelationKind.REFERENCES: _l("refers to"),
}
ACCESSES = {
    Access.OPEN: _l("open: everybody may hear or see all of it"),
    Access.PREVIEW: _l("preview: everybody gets a fragment or a small picture"),
    Access.ON_SITE: _l("only in the archive"),
    Access.CLOSED: _l("closed"),
}
LEVELS = {
    "fonds": _l("Archive"),
    "series": _l("Series"),
    "file": _l("Folder"),
    "item": _l("Item"),
}
NAME_KINDS = {
    "variant": _l("other title"),
    "supplied": _l("made up by the archive"),
    "translated": _l("translation"),
}
LANGUAGES = {"nl": _l("Dutch"), "en": _l("English"), "de": _l("German"), "fr": _l("French")}
LINE_UPS = {"session": _l("that of the session"), "own": _l("its own, complete")}
