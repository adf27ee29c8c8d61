/* Keys. Everywhere: / goes to the search box. In a work list: j and k move, x ticks, ? shows the keys.
   Elsewhere a key presses what names it by `data-key`.
   Single keys can be switched off there (WCAG 2.1.4), and the choice is remembered. */
import { all, one } from "./dom.js";

const rows = all(".qrow");
const help = one("#keys");
const enabled = one("[data-keys]");

if (enabled) {
  try {
    enabled.checked = localStorage.getItem("keys") !== "off";
  } catch {
    /* Storage may be switched off; the keys are then on. */
  }
  enabled.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", enabled.checked ? "on" : "off");
    } catch {
      /* The choice then holds for this page. */
    }
  });
}

function move(step) {
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows[at]?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  one("h3 a", next)?.focus();
}

const actions = {
  "?": () => help?.togglePopover(),
  "/": () => one("input[type=search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => one("input[type=checkbox]", rows.find((row) => row.hasAttribute("aria-current")) ?? rows[0])?.click(),
};

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (busy || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key !== "?" && enabled?.checked === false) return;
  const named = event.key.length === 1 ? one(`[data-key="${CSS.escape(event.key)}"]`) : null;
  if (named) {
    event.preventDefault();
    named.click();
    return;
  }
  if (!actions[event.key] || (["j", "k", "x"].includes(event.key) && !rows.length)) return;
  event.preventDefault();
  actions[event.key]();
});
