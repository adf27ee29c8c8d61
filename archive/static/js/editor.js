/* What the editor of entries gains with script: choosing from lists, dates understood while typing, a draft kept by
   itself, lines added and taken off, keys. Without it every one of these happens when the form is sent. */
import { all, one } from "./dom.js";
import { combobox } from "./suggest.js";

const PAUSE = 1200; // milliseconds without typing, after which the draft is kept
const DATE_PAUSE = 250;

const form = one("#editor");
const said = one("[data-draft-said]");

/* Choosing: what is typed anew is chosen anew. */
function pickOf(input) {
  return one("[name$='.pick']", input.closest(".pick"));
}
function setPick(input, value, label) {
  const pick = pickOf(input);
  if (pick instanceof HTMLSelectElement && ![...pick.options].some((option) => option.value === value)) {
    pick.add(new Option(label, value));
  }
  pick.value = value;
}
form.addEventListener("suggest:picked", ({ target, detail }) => {
  if (!detail.value.startsWith("new:")) target.value = detail.label;
  setPick(target, detail.value, detail.label);
  keepLater();
});

/* Dates: what was understood, at once. */
const waiting = new Map();
async function understand(input) {
  const address = new URL(input.dataset.date, window.location.href);
  address.searchParams.set("text", input.value);
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const { is_understood: isUnderstood, said: words } = await answer.json();
    const line = one(`[data-understood="${input.id}"]`);
    line.textContent = words;
    line.classList.toggle("is-unclear", isUnderstood === false);
  } catch {
    /* The date is read again when the form is sent. */
  }
}

/* The draft: kept after a pause, and when the page is left. */
let pausing = 0;
let isDirty = false;
async function keep() {
  clearTimeout(pausing);
  if (!isDirty) return;
  isDirty = false;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: String(body).length < 60000 });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    said.textContent = (await answer.json()).said;
  } catch {
    isDirty = true;
    said.textContent = form.dataset.lost;
  }
}
function keepLater() {
  isDirty = true;
  clearTimeout(pausing);
  pausing = setTimeout(keep, PAUSE);
}
form.addEventListener("input", ({ target }) => {
  if (target.matches(".pick > input[type=text]")) pickOf(target).value = "";
  if (target.dataset.date) {
    clearTimeout(waiting.get(target));
    waiting.set(target, setTimeout(() => understand(target), DATE_PAUSE));
  }
  keepLater();
});
form.addEventListener("submit", () => { isDirty = false; clearTimeout(pausing); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
window.addEventListener("pagehide", keep);
// Leaving by a link of ours waits until the draft is safe.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!isDirty || !link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  await keep();
  window.location.assign(link.href);
});

/* Lines. */
let added = 0;
function addLine(rows) {
  const last = all("[data-line]", rows).at(-1);
  const line = last.cloneNode(true);
  added += 1;
  const key = `n${added}`;
  for (const field of all("input, select, textarea", line)) {
    if (field.type === "checkbox") field.checked = false;
    else if (field instanceof HTMLSelectElement && !field.name.endsWith(".pick")) field.selectedIndex = 0;
    else field.value = "";
  }
  for (const leftover of all(".suggest, .suggest + [role=status], .error", line)) leftover.remove();
  for (const cell of all(".field--error", line)) cell.classList.remove("field--error");
  for (const part of all("[id]", line)) part.id = `${part.id}-${key}`;
  for (const label of all("label[for]", line)) label.htmlFor = `${label.htmlFor}-${key}`;
  one("[data-line-key]", line).value = key;
  for (const check of all("[data-line-check]", line)) check.value = key;
  last.after(line);
  all("input[data-suggest]", line).forEach(combobox);
  one("input:not([type=hidden]), select", line).focus();
}
form.addEventListener("click", ({ target }) => {
  const rows = target.closest("[data-rows]");
  if (target.closest("[data-add]")) addLine(rows);
  if (target.closest("[data-remove]")) {
    const line = target.closest("[data-line]");
    const next = line.nextElementSibling;
    if (all("[data-line]", rows).length > 1) line.remove();
    else for (const field of all("input:not([type=hidden]), textarea", line)) field.value = "";
    one("input:not([type=hidden]), select, button", next)?.focus();
    if (next?.matches("button")) next.focus();
    keepLater();
  }
});

/* Keys while typing; those for when nothing is being typed are in keys.js. */
form.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const isTyping = target.matches("input:not([type=checkbox]), textarea, select");
  if (key === "Escape" && isTyping && !event.defaultPrevented) target.blur();
  // Enter in a field would save half a thought.
  if (key === "Enter" && target.matches("input") && !event.ctrlKey && !event.metaKey) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const press = event.key === "Enter" ? one("[data-key=p]") : event.key === "s" ? one("[data-key=s]") ?? one("[data-key=p]") : null;
  if (!press) return;
  event.preventDefault();
  press.click();
});
