"""Forms as a browser without script would send them, read from a page."""

from html.parser import HTMLParser

Form = dict[str, list[str]]


def read(page: str, form_id: str = "editor") -> Form:
    """Return the fields of a form with their values, buttons left out."""
    reader = _Reader(form_id)
    reader.feed(page)
    return reader.form


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form: Form = {}
        self._form_id, self._is_inside = form_id, False
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = said.get("id") == self._form_id
        if not (self._is_inside or said.get("form") == self._form_id):
            return
        if tag == "input" and "name" in said:
            is_choice = said.get("type") in ("checkbox", "radio")
            if not is_choice or "checked" in said:
                self._add(said["name"], said.get("value", ""))
        elif tag == "select":
            self._select, self._options = said["name"], []
        elif tag == "option" and self._select:
            self._options.append((said.get("value", ""), "selected" in said))
        elif tag == "textarea":
            self._area, self._text = said["name"], ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [self._options[0][0]]
            self._add(self._select, chosen[0])
            self._select = None
        elif tag == "textarea" and self._area:
            self._add(self._area, self._text.removeprefix("\n"))
            self._area = None

    def _add(self, name: str, value: str) -> None:
        self.form.setdefault(name, []).append(value)
