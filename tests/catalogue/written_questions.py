"""Questions as they were read, written on one line, so that a test says what it expects in one."""

from catalogue.search.question import Group, Node, Played, Words, Years


def written(node: Node) -> str:
    """Write a tree: any{...} for alternatives, +a -b for a group within, <a b> for words of one name, a? a*."""
    if isinstance(node, Years):
        return f"{node.first or ''}..{node.last or ''}"
    if isinstance(node, Played):
        return f"played({written(node.person)}, {written(node.instrument)})"
    if isinstance(node, Words):
        return _words(node)
    parts = [*map(written, node.wanted), *(f"-{written(part)}" for part in node.unwanted)]
    return f"any{{{' '.join(parts)}}}" if node.is_any else f"{{{' '.join(parts)}}}"


def question(group: Group) -> str:
    """Write a whole question."""
    return written(group)[1:-1]


def _words(words: Words) -> str:
    text = " ".join("+".join(reading[0]) for reading in words.readings)
    if words.is_phrase:
        text = f'"{text}"'
    elif len(words.readings) > 1:
        text = f"<{text}>"
    prefix = f"{words.scope.value}:" if words.scope.value else ""
    return f"{prefix}{text}{'*' * words.is_beginning}{'?' * words.is_optional}"
