"""What a question means: bare words must all be there, "words in quotes" side by side, -word must not, one OR
other will do, person:word in a name, star* is a beginning. Pure. Nothing typed is an error: a sign that makes
no sense is passed over, and said to be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalogue.search import items, signs, stop_words, understanding
from catalogue.search.question import Group, Node, Parsed, Scope, Words
from catalogue.search.signs import Kind, Piece

MAX_WORDS = 64
MAX_DEPTH = 8  # brackets within brackets
MAX_IGNORED = 8
MAX_SAID = 40  # letters of what is said to be passed over

_Item = tuple[Node, bool]  # and whether it is unwanted


@lru_cache(maxsize=500)  # hints and highlights read the question that the answer has read
def parse(q: str) -> Parsed:
    """Read a question."""
    pieces = signs.read(q)
    question, ignored = _read(pieces)
    narrower = tuple((text, _read(row)[0]) for text, row in understanding.narrower(pieces))
    return Parsed(question, narrower, tuple(dict.fromkeys(ignored))[:MAX_IGNORED])


def _read(pieces: Sequence[Piece | Node]) -> tuple[Group, list[str]]:
    reader = _Reader()
    for piece in pieces:
        reader.read(piece)
    return _with_optional(reader.close()), reader.ignored


@dataclass
class _Brackets:
    """What has been read between brackets, or of the whole question: any of each row, and all rows."""

    is_unwanted: bool = False
    rows: list[list[_Item]] = field(default_factory=list)
    operator: Kind | None = None  # an OR or NOT that waits for what it is about

    def add(self, node: Node, is_unwanted: bool) -> None:
        item = (node, is_unwanted or self.operator is Kind.NOT)
        if self.operator is Kind.OR:
            self.rows[-1].append(item)
        else:
            self.rows.append([item])
        self.operator = None

    def group(self) -> Group:
        """Give all rows as one group."""
        read = [row[0] if len(row) == 1 else (_any_of(row), False) for row in self.rows]
        wanted = [node for node, is_unwanted in read if not is_unwanted]
        unwanted = [node for node, is_unwanted in read if is_unwanted]
        return _flattened(wanted, unwanted)


@dataclass
class _Reader:
    """Reads a question piece by piece; the brackets that are open, the outermost first, are the whole question."""

    open: list[_Brackets] = field(default_factory=lambda: [_Brackets()])
    ignored: list[str] = field(default_factory=list)
    room: int = MAX_WORDS
    too_deep: int = 0

    def read(self, piece: Piece | Node) -> None:
        if not isinstance(piece, Piece):
            self.open[-1].add(piece, is_unwanted=False)
        elif piece.kind is Kind.OPEN:
            self._open(piece)
        elif piece.kind is Kind.CLOSE:
            self._close()
        elif piece.kind in (Kind.OR, Kind.AND, Kind.NOT):
            self._operate(piece)
        elif piece.kind is Kind.STRAY:
            self._ignore(piece.text)
        else:
            self._add(piece)

    def close(self) -> Group:
        """Give what was read; what stands in brackets that nobody closed, as if there were none."""
        self._ignore(*("(" for _ in self.open[1:]))
        self._end(self.open[-1])
        whole = _Brackets(rows=[row for brackets in self.open for row in brackets.rows])
        return whole.group()

    def _open(self, piece: Piece) -> None:
        if len(self.open) > MAX_DEPTH:
            self.too_deep += 1
            self._ignore(piece.text)
        else:
            self.open.append(_Brackets(is_unwanted=piece.is_unwanted))

    def _close(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.open) == 1:
            self._ignore(")")
        else:
            inner = self.open.pop()
            self._end(inner)
            group = inner.group()
            if not group.is_empty:
                self.open[-1].add(_unwrapped(group), inner.is_unwanted)

    def _operate(self, piece: Piece) -> None:
        brackets = self.open[-1]
        if piece.kind is Kind.NOT:
            brackets.operator = Kind.NOT
        elif not brackets.rows:
            if piece.text != "|":
                self._add(replace(piece, kind=Kind.WORD))
        else:
            brackets.operator = Kind.OR if piece.kind is Kind.OR else None

    def _end(self, brackets: _Brackets) -> None:
        if brackets.operator:
            self._ignore(brackets.operator.value)

    def _add(self, piece: Piece) -> None:
        if self.room <= 0:
            return
        node = items.node(piece)
        if piece.prefix and (node is None or not piece.field):
            self._ignore(piece.prefix)
            node = items.node(replace(piece, field=""))
        if piece.text.endswith("*") and not _has_beginning(node):
            self._ignore("*")
        if node is not None:
            self.room -= _size(node)
            self.open[-1].add(node, piece.is_unwanted)

    def _ignore(self, *texts: str) -> None:
        self.ignored += (text[:MAX_SAID] for text in texts)


def _any_of(row: Iterable[_Item]) -> Group:
    nodes: list[Node] = []
    for node, is_unwanted in row:
        if is_unwanted:
            nodes.append(Group(unwanted=(node,)))
        elif isinstance(node, Group) and node.is_any:
            nodes += node.wanted
        else:
            nodes.append(node)
    return Group(tuple(dict.fromkeys(nodes)), is_any=True)


def _flattened(wanted: Iterable[Node], unwanted: Iterable[Node]) -> Group:
    """Make one group of which all must be there, once; groups in it of which all must be there become part of it."""
    parts = [node if isinstance(node, Group) and not node.is_any else Group((node,)) for node in wanted]
    return Group(
        tuple(dict.fromkeys(node for part in parts for node in part.wanted)),
        tuple(dict.fromkeys((*(node for part in parts for node in part.unwanted), *unwanted))),
    )


def _unwrapped(group: Group) -> Node:
    return group.wanted[0] if len(group.wanted) == 1 and not group.unwanted else group


def _with_optional(group: Group) -> Group:
    """Ask for little words only where there is nothing else."""
    nodes = [_with_optional(node) if isinstance(node, Group) else node for node in group.wanted]
    little = [isinstance(node, Words) and _is_little(node) for node in nodes]
    if group.is_any or all(little):
        return replace(group, wanted=tuple(nodes))
    marked = (
        replace(node, is_optional=True) if is_little and isinstance(node, Words) else node
        for node, is_little in zip(nodes, little, strict=True)
    )
    return replace(group, wanted=tuple(marked))


def _is_little(words: Words) -> bool:
    is_plain = words.scope is Scope.ANYWHERE and not words.is_phrase and not words.is_beginning
    return is_plain and all(map(stop_words.is_stop_word, words.readings))


def _has_beginning(node: Node | None) -> bool:
    return isinstance(node, Group) or (isinstance(node, Words) and node.is_beginning)


def _size(node: Node) -> int:
    if isinstance(node, Group):
        return sum(map(_size, (*node.wanted, *node.unwanted)))
    return len(node.readings) if isinstance(node, Words) else 1
