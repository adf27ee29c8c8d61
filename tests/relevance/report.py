"""One measurement of everything, as values for JSON and as the tables of docs/relevance.md."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.catalogue.demo import cut
from tests.relevance import anecdotes, corpora, expecting, known_items, measuring, misspelt, shelves
from tests.relevance.corpora import Corpus
from tests.relevance.measuring import Outcome
from tests.relevance.plain_bm25 import PlainBM25

PAGE = Path(__file__).parents[2] / "docs" / "relevance.md"
ABOUT = Path(__file__).with_name("about.md")
PARTS = ("tuning", "held out")

Report = dict[str, Any]


def measure(folder: Path, real_data: Path | None, *, held_out: bool = True) -> Report:
    """Measure the collections that there is input for; without `held_out` nothing of the held-out third is told."""
    with ExitStack() as stack:
        found = [stack.enter_context(corpora.of_demo(folder, cut.whole()))]
        if real_data:
            found += [
                stack.enter_context(corpora.of_solos(folder, real_data)),
                stack.enter_context(corpora.of_concerts(folder, real_data)),
            ]
        report: Report = {"collections": {corpus.name: _collection(corpus, held_out) for corpus in found}}
        if real_data:
            report |= {"pairs": _pairs(found[1], real_data), "stories": _stories(found[2])}
        return report


def _collection(corpus: Corpus, held_out: bool) -> Report:
    known = shelves.of(corpus)
    outcomes = measuring.ask(known_items.of(corpus.name, known), corpus.find)
    strata = {}
    for name, all_of_it in measuring.by_stratum(outcomes).items():
        parted = {
            part: [one for one in all_of_it if one.item.is_held_out == (part != "tuning")] for part in PARTS
        }
        told = {part: measuring.score(ones).as_json() for part, ones in parted.items() if ones}
        strata[name] = told if held_out else {"tuning": told.get("tuning")}
    return {
        "entries": len(corpus.documents),
        "strata": strata,
        "misses": [_miss(one, corpus) for one in measuring.misses(outcomes)],
        "cases": _cases(corpus, known),
    }


def _miss(one: Outcome, corpus: Corpus) -> Report:
    first = corpus.by_pid.get(one.first)
    right = sorted(corpus.by_pid[pid].titles[0] for pid in one.item.right)
    return {
        "stratum": one.item.stratum,
        "q": one.item.q,
        "place": one.place,
        "rung": one.rung,
        "total": one.total,
        "first": first.titles[0] if first else "",
        "right": right[:3],
    }


def _cases(corpus: Corpus, known: shelves.Shelves) -> Report:
    if corpus.name == "concerts":
        return {}
    cases = expecting.read(corpus.name)
    failed = {case.label: wrong for case in cases if (wrong := expecting.failure(case, corpus, known))}
    expected = [case.label for case in cases if case.known_failure]
    return {
        "cases": len(cases),
        "kinds": {kind: sum(case.kind == kind for case in cases) for kind in expecting.KINDS},
        "known_failures": expected,
        "failed": {label: wrong for label, wrong in failed.items() if label not in expected},
    }


def _pairs(solos: Corpus, real_data: Path) -> Report:
    pairs = misspelt.pairs(real_data)
    lost = [
        [asked, other]
        for pair in pairs
        for asked, other in (pair, pair[::-1])
        if not misspelt.finds_the_other(solos, asked, other)
    ]
    joined = [pair for pair in pairs if not any(set(pair) == set(one) for one in lost)]
    return {"pairs": len(pairs), "joined": len(joined), "lost": lost}


def _stories(concerts: Corpus) -> Report:
    told, plain = anecdotes.read(), PlainBM25(concerts.documents)
    ours = anecdotes.places(told, lambda q: concerts.find(q).pids)
    base = anecdotes.places(told, lambda q: plain.ask(q, measuring.AT_MOST))
    return {
        "stories": len(told),
        "found": sum(place > 0 for place in ours),
        "first": ours.count(1),
        "base_line_found": sum(place > 0 for place in base),
        "base_line_first": base.count(1),
    }


def tables(report: Report) -> str:
    """Write the tables of known items."""
    return "\n\n".join(
        f"### {name}\n\n" + "\n".join(_rows(collection["strata"]))
        for name, collection in report["collections"].items()
    )


def _rows(strata: dict[str, dict[str, Report | None]]) -> Iterator[str]:
    yield "| stratum | part | questions | S@1 | S@10 | MRR | zero | rungs |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for name, parts in strata.items():
        for part, score in parts.items():
            if score:
                yield f"| {name} | {part} | {' | '.join(_cells(score))} |"
                name = ""


def _cells(score: Report) -> Iterable[str]:
    yield str(score["items"])
    yield from (f"{score[key]:.2f}" for key in ("success_at_1", "success_at_10", "mrr_at_10"))
    yield f"{100 * score['zero_results']:.0f} %"
    yield ", ".join(f"{rung} {count}" for rung, count in sorted(score["rungs"].items(), key=lambda r: -r[1]))


def page(report: Report) -> str:
    """Write the page from a report with all collections."""
    collections = report["collections"]
    return ABOUT.read_text(encoding="utf-8").format(
        **{name: collection["entries"] for name, collection in collections.items()},
        known_items=tables(report),
        cases="\n".join(_told_cases(name, one["cases"]) for name, one in collections.items() if one["cases"]),
        pairs=_told_pairs(report["pairs"]),
        stories=_told_stories(report["stories"]),
    )


def _told_cases(name: str, cases: Report) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in cases["kinds"].items() if count)
    held = cases["cases"] - len(cases["failed"]) - len(cases["known_failures"])
    return (
        f"- {name}: {cases['cases']} cases ({kinds}); {held} hold, {len(cases['known_failures'])} known failures, "
        f"{len(cases['failed'])} others fail."
    )


def _told_pairs(pairs: Report) -> str:
    lost = sorted({" / ".join(sorted(pair)) for pair in pairs["lost"]})
    told = f"{pairs['joined']} of {pairs['pairs']} pairs find each other, both ways (at least 30 must)."
    return f"{told} Not: {', '.join(lost)}." if lost else told


def _told_stories(stories: Report) -> str:
    return "\n".join(
        [
            f"| {stories['stories']} stories | among the first ten | first |",
            "| --- | ---: | ---: |",
            f"| the search | {stories['found']} | {stories['first']} |",
            f"| plain BM25 | {stories['base_line_found']} | {stories['base_line_first']} |",
        ]
    )
