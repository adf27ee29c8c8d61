"""Which entry made by an earlier import a session or take of this table is. Pure.

By its key; and, where a mended spelling has changed the key, by the rows that it was made from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping


def match(
    groups: Mapping[str, Iterable[str]], by_key: Mapping[str, int], by_row: Mapping[str, int]
) -> dict[str, int]:
    """Give the entry (its id) of each group that has one; no entry twice.

    `groups` holds the keys of rows by the key of their group. An entry goes to the group with most of its
    rows, the first of equals.
    """
    found = {group: by_key[group] for group in groups if group in by_key}
    taken = set(found.values())
    claims = [
        (-count, at, group, entry)
        for at, (group, rows) in enumerate(groups.items())
        if group not in found
        for entry, count in Counter(by_row[row] for row in rows if row in by_row).items()
        if entry not in taken
    ]
    for _, _, group, entry in sorted(claims):
        if group not in found and entry not in taken:
            found[group] = entry
            taken.add(entry)
    return found
