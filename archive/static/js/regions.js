/* Where people are on a picture: choose somebody, then draw a frame, or move it with the arrow keys. What is drawn stands
   in the line of that person as four percentages, which can be typed as well. */
import { all, one } from "./dom.js";

const LEAST = 2; // percent of a side; less was a press and no frame
const FIRST = { x: 40, y: 35, w: 20, h: 30 };
const MOVES = { ArrowLeft: ["x", "w", -1], ArrowRight: ["x", "w", 1], ArrowUp: ["y", "h", -1], ArrowDown: ["y", "h", 1] };

const part = one("[data-regions]");
const rows = one("#people");
const [people, sheet, said] = ["[data-people]", "[data-sheet]", "[data-said]"].map((name) => one(name, part));
let chosen = null;

const field = (line, name) => one(`[name="people.${name}"]`, line);
const lines = () => all("[data-line]", rows);
const nameOf = (line) => field(line, "name").value.trim() || `${part.dataset.line} ${lines().indexOf(line) + 1}`;
const isUsed = (line) => field(line, "name").value.trim() || field(line, "region").value.trim();

function regionOf(line) {
  const sides = (field(line, "region").value.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  return sides.length === 4 ? Object.fromEntries(["x", "y", "w", "h"].map((side, at) => [side, sides[at]])) : null;
}

function write(region) {
  const input = field(chosen, "region");
  input.value = region ? ["x", "y", "w", "h"].map((side) => Math.round(region[side])).join(", ") : "";
  input.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept, and the frames are drawn
}
function tell() {
  said.textContent = `${nameOf(chosen)}: ${field(chosen, "region").value || part.dataset.none}`;
}

function choose(line) {
  chosen = line;
  show();
}

function show() {
  if (chosen && !chosen.isConnected) chosen = null;
  const used = lines().filter(isUsed);
  people.replaceChildren(...used.map((line, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--small btn--line";
    button.textContent = `${at + 1} ${nameOf(line)}`;
    button.setAttribute("aria-pressed", String(line === chosen));
    button.addEventListener("click", () => { choose(line); sheet.focus(); });
    return button;
  }));
  for (const frame of all(".regions__frame", sheet)) frame.remove();
  used.forEach((line, at) => {
    const region = regionOf(line);
    if (!region) return;
    const frame = document.createElement("span");
    frame.className = "regions__frame";
    frame.classList.toggle("is-chosen", line === chosen);
    frame.textContent = at + 1;
    Object.assign(frame.style, { left: `${region.x}%`, top: `${region.y}%`, width: `${region.w}%`, height: `${region.h}%` });
    sheet.append(frame);
  });
  sheet.classList.toggle("is-drawing", Boolean(chosen));
}

/* Drawing, with mouse, pen or finger. */
const inside = (value) => Math.min(100, Math.max(0, value));
function at({ clientX, clientY }) {
  const box = one("img", sheet).getBoundingClientRect();
  return { x: inside(((clientX - box.left) / box.width) * 100), y: inside(((clientY - box.top) / box.height) * 100) };
}
function holds(line, { x, y }) {
  const region = regionOf(line);
  return region && x >= region.x && x <= region.x + region.w && y >= region.y && y <= region.y + region.h;
}
let begun = null;
let before = null;
let isDrawn = false;
sheet.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault(); // the picture is not dragged away
  sheet.focus();
  if (!chosen) choose(lines().find((line) => isUsed(line) && !regionOf(line)) ?? lines().find(isUsed) ?? null);
  if (!chosen) return;
  begun = at(event);
  before = regionOf(chosen);
  isDrawn = false;
  sheet.setPointerCapture(event.pointerId);
});
sheet.addEventListener("pointermove", (event) => {
  if (!begun) return;
  const here = at(event);
  const [x, y] = [Math.min(begun.x, here.x), Math.min(begun.y, here.y)];
  const [w, h] = [Math.abs(begun.x - here.x), Math.abs(begun.y - here.y)];
  if (w < LEAST || h < LEAST) return;
  isDrawn = true;
  write(rounded({ x, y, w, h }));
});
sheet.addEventListener("pointerup", (event) => {
  if (!begun) return;
  begun = null;
  if (!isDrawn) choose(lines().find((line) => isUsed(line) && holds(line, at(event))) ?? chosen);
  tell();
});
sheet.addEventListener("pointercancel", () => {
  if (begun && isDrawn) write(before);
  begun = null;
});

/* Whole percentages that stay on the picture. */
function rounded(region) {
  const [x, y] = [Math.round(region.x), Math.round(region.y)];
  return { x, y, w: Math.min(100 - x, Math.round(region.w)), h: Math.min(100 - y, Math.round(region.h)) };
}

sheet.addEventListener("keydown", (event) => {
  if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return;
  const move = MOVES[event.key];
  if (move) {
    const [place, size, by] = move;
    const region = regionOf(chosen);
    const side = event.shiftKey ? size : place;
    if (region) region[side] += by;
    if (region && region[size] >= 1 && region[place] >= 0 && region[place] + region[size] <= 100) write(region);
    if (!region) write(FIRST);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    write(null);
  } else {
    return;
  }
  event.preventDefault();
  tell();
});

for (const kind of ["input", "suggest:picked"]) rows.addEventListener(kind, show);
rows.addEventListener("focusin", ({ target }) => {
  const line = target.closest("[data-line]");
  if (line && isUsed(line) && line !== chosen) choose(line);
});
rows.addEventListener("click", ({ target }) => { if (target.closest("[data-remove], [data-add]")) setTimeout(show); });
show();
