/* A queue where one key decides: it presses the button, or goes to the field, that names it in data-key. */
import { one } from "./dom.js";

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (busy || event.metaKey || event.ctrlKey || event.altKey || !/^[a-z]$/.test(event.key)) return;
  const wanted = one(`[data-key="${event.key}"]`);
  if (!wanted || one("[data-keys]")?.checked === false) return;
  if (!wanted.matches("button")) wanted.focus();
  else if (!event.defaultPrevented) wanted.click(); // else keys.js has pressed it already
  event.preventDefault();
});
