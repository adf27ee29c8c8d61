/* Keys of the queue of requests, beside those of every work list (keys.js). A key on the list does its work for what is
   ticked, else for the marked row; a key on the detail opens the marked request first when another one is open. */
import { all, one } from "./dom.js";

const marked = () => one(".qrow[aria-current]");
const opened = marked();

function onList(button) {
  const row = marked();
  if (!one(".qrow input:checked") && row) one("input", row).click();
  button.click();
}

function onDetail(field) {
  const row = marked();
  if (row && row !== opened) location.assign(`${one("h3 a", row).href}#${field.id}`);
  else field.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.metaKey || event.ctrlKey || event.altKey || !/^[a-z]$/.test(event.key)) return;
  if (one("[data-keys]")?.checked === false) return;
  const button = one(`[data-row-key="${event.key}"]`);
  const field = one(`[data-detail-key="${event.key}"]`);
  if (!button && !field) return;
  event.preventDefault();
  if (button) onList(button);
  else onDetail(field);
});

/* An address that names a field has been asked for by its key. */
const named = document.getElementById(location.hash.slice(1));
if (named?.matches("textarea")) named.focus();

/* On a page that is long the open request's row is brought into view. */
if (!location.hash) opened?.scrollIntoView({ block: "nearest" });
for (const box of all(".more")) {
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) box.open = false;
  });
}
