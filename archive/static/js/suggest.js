/* Suggestions under a search box: a combobox with a list (ARIA Authoring Practices, "Editable Combobox With List
   Autocomplete"). Without script it is a search box; pressing Enter without choosing searches as ever.

   The box has `data-suggest`, the address that answers. It gives `{label, said, groups: [{label, suggestions: [{label,
   note, found, count, url}]}]}` in the language of the page. A suggestion with a `value` in place of the `url` leads
   nowhere: the box says `suggest:picked` with label and value. */
import { all } from "./dom.js";

const WAIT = 120; // milliseconds after the last letter
const SHORTEST = 2; // letters

let boxes = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

export function combobox(input) {
  const id = `suggest-${(boxes += 1)}`;
  const list = element("div", { class: "suggest", id, role: "listbox", hidden: "" });
  const said = element("div", { class: "vh", role: "status" });
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  let options = [];
  let active = -1;
  let waiting = 0;
  let asking = new AbortController();
  let shownFor = "";

  input.setAttribute("role", "combobox");
  for (const [name, value] of Object.entries({ autocomplete: "list", haspopup: "listbox", controls: id, expanded: "false" })) {
    input.setAttribute(`aria-${name}`, value);
  }
  input.after(list, said);

  function option({ label, note, found, count, url, value }) {
    const made = element(
      "div",
      { class: "suggest__option", id: `${id}-${options.length}`, role: "option", "aria-selected": "false" },
      element("span", { class: "suggest__name" }, label),
      count > 1 && element("span", { class: "suggest__count num" }, numbers.format(count)),
      note && element("span", { class: "suggest__note" }, note),
      found && element("span", { class: "suggest__note" }, found),
    );
    if (value === undefined) made.dataset.url = url;
    else Object.assign(made.dataset, { value, label });
    options.push(made);
    return made;
  }
  function group({ label, suggestions }, number) {
    const heading = element("div", { class: "suggest__heading", id: `${id}-group-${number}`, role: "presentation" }, label);
    return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...suggestions.map(option));
  }
  function activate(place) {
    options[active]?.setAttribute("aria-selected", "false");
    active = place;
    const chosen = options[active];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
  }
  function open(on) {
    const opens = on && list.hidden;
    list.hidden = !on;
    if (opens) list.scrollIntoView({ block: "nearest" }); // low on a phone's screen it would be out of sight
    input.setAttribute("aria-expanded", String(on));
    if (!on) activate(-1);
  }
  function close() {
    clearTimeout(waiting);
    asking.abort();
    open(false);
  }
  function show(answer) {
    options = [];
    active = -1;
    list.replaceChildren(...answer.groups.map(group));
    list.setAttribute("aria-label", answer.label);
    open(options.length > 0 && document.activeElement === input);
    said.textContent = answer.said;
  }
  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const typed = input.value.trim();
    const address = new URL(input.dataset.suggest, window.location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (signal.aborted) return;
      shownFor = typed;
      show(found);
    } catch {
      if (!signal.aborted) close(); // the search itself still works
    }
  }
  function later() {
    clearTimeout(waiting);
    asking.abort();
    const typed = input.value.trim();
    if (typed.length < SHORTEST) {
      shownFor = "";
      list.replaceChildren();
      options = [];
      said.textContent = "";
      open(false);
    } else {
      waiting = setTimeout(ask, WAIT);
    }
  }
  function reopen() {
    if (options.length && shownFor === input.value.trim()) open(true);
    else if (input.value.trim().length >= SHORTEST) ask();
  }
  function step(by) {
    if (list.hidden) reopen();
    else activate(((active + 1 + by + options.length + 1) % (options.length + 1)) - 1); // the box is a stop too
  }
  function go(chosen) {
    const { url, value, label } = chosen.dataset;
    if (url !== undefined) {
      window.location.assign(url);
      return;
    }
    close();
    input.dispatchEvent(new CustomEvent("suggest:picked", { bubbles: true, detail: { value, label } }));
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => go(options[active]),
    Escape: close,
  };
  input.addEventListener("input", later);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || !keys[event.key]) return;
    if (event.key === "Enter" && active < 0) { close(); return; }
    if (event.key === "Escape" && list.hidden) return; // a second press empties the box, as search boxes do
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("pointermove", (event) => {
    const place = options.indexOf(event.target.closest("[role=option]"));
    if (place >= 0 && place !== active) activate(place);
  });
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) go(chosen);
  });
  window.addEventListener("pageshow", () => open(false)); // back from where a suggestion led
}

all("input[data-suggest]").forEach(combobox);
