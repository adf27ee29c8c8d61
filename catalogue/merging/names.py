"""The names of what is merged: those of the one that goes become other names of the one that stays, and go back.

Names change on their objects, so that search and pickers hear of it.
"""

from sqlalchemy import insert

from archive.db import db
from catalogue import agents, folding
from catalogue.agents import Agent, AgentName, NameKind
from catalogue.entries import Entry
from catalogue.merges import LinkFate, Merge, MergeLink
from catalogue.merging.stored import Row
from catalogue.places import Place

LINK = "name"


def take_over(merge: Merge, kept: Agent | Place | Entry, merged: Agent | Place | Entry) -> None:
    """Let the one that stays go by the names of the one that goes, and by its own of before when another was chosen.
    Call it when the fields have been chosen.
    """
    if isinstance(kept, Agent) and isinstance(merged, Agent):
        fates = _take_agent_names(kept, merged, _former(merge, "agent.name", {"name": kept.name})["name"])
    elif isinstance(kept, Place) and isinstance(merged, Place):
        fates = _take_variants(kept, merged, _former(merge, "place.name", {"name": kept.name})["name"])
    elif isinstance(kept, Entry) and isinstance(merged, Entry):
        now = {"title": kept.title, "title_lang": kept.title_lang}
        fates = _take_titles(kept, merged, _former(merge, "entry.title", now))
    else:
        raise TypeError("only two of a kind are merged")
    rows = [{"merge_id": merge.id, "link": LINK, "fate": fate, "row": row} for fate, row in fates]
    if rows:
        db.session.execute(insert(MergeLink), rows)


def give_back(
    kept: Agent | Place | Entry, merged: Agent | Place | Entry, links: list[MergeLink]
) -> list[Row]:
    """Give the names back that are still there as the merge left them; return those that are not."""
    if isinstance(kept, Agent) and isinstance(merged, Agent):
        return [row for link in links if (row := _give_agent_name(kept, merged, link)) is not None]
    added = [link.row for link in links if link.fate is LinkFate.ADDED]
    if isinstance(kept, Place):
        names = [row["name"] for row in added]
        left = [row for row in added if row["name"] not in kept.variants]
        kept.variants = [name for name in kept.variants if name not in names]
    elif isinstance(kept, Entry):
        left = [row for row in added if row["title"] not in kept.alt_titles]
        titles = [row["title"] for row in added]
        kept.alt_titles = [title for title in kept.alt_titles if title not in titles]
    return left


def _former(merge: Merge, field: str, now: Row) -> Row:
    """Return what a field said before the merge."""
    before: Row = merge.fields.get(field, {}).get("before", now)
    return before


def _take_agent_names(kept: Agent, merged: Agent, former: str) -> list[tuple[LinkFate, Row]]:
    had = {kept.name, *(known.name for known in kept.names)}
    fates: list[tuple[LinkFate, Row]] = []
    for known in list(merged.names):
        row = {"name": known.name, "kind": known.kind.value}
        if known.name in had:
            fates.append((LinkFate.DROPPED, row))
            merged.names.remove(known)
        else:
            fates.append((LinkFate.MOVED, row))
            kept.names.append(known)
        had.add(known.name)
    db.session.flush()
    for name in (former, merged.name):
        if name not in had:
            agents.add_name(kept, name)
            fates.append((LinkFate.ADDED, {"name": name, "kind": NameKind.VARIANT.value}))
    return fates


def _give_agent_name(kept: Agent, merged: Agent, link: MergeLink) -> Row | None:
    row = link.row
    found = next((known for known in kept.names if known.name == row["name"]), None)
    if link.fate is LinkFate.DROPPED:
        merged.names.append(
            AgentName(name=row["name"], kind=NameKind(row["kind"]), folded=folding.fold(row["name"]))
        )
        return None
    if found is None:
        return row
    if link.fate is LinkFate.ADDED:
        kept.names.remove(found)
    else:
        merged.names.append(found)
    return None


def _take_variants(kept: Place, merged: Place, former: str) -> list[tuple[LinkFate, Row]]:
    had = {kept.name, *kept.variants}
    new = [name for name in dict.fromkeys([former, merged.name, *merged.variants]) if name not in had]
    kept.variants = [*kept.variants, *new]
    return [(LinkFate.ADDED, {"name": name}) for name in new]


def _take_titles(kept: Entry, merged: Entry, former: Row) -> list[tuple[LinkFate, Row]]:
    had = {kept.title, *(title["text"] for title in kept.alt_titles)}
    own = [
        {"text": row["title"], "lang": row["title_lang"], "kind": "merged"}
        for row in (former, {"title": merged.title, "title_lang": merged.title_lang})
    ]
    new: list[Row] = []
    for title in [*own, *merged.alt_titles]:
        if title["text"] not in had:
            new.append(title)
            had.add(title["text"])
    kept.alt_titles = [*kept.alt_titles, *new]
    return [(LinkFate.ADDED, {"title": title}) for title in new]
