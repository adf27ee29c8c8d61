/* Which part of a sound or a picture: drawn on the waveform or on the picture, moved with sliders, or written. The text
   fields are what is sent; everything else follows them. */
import { all, minutes, one } from "./dom.js";

/** Read m:ss, h:mm:ss or seconds. */
function seconds(text) {
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  if (!text.trim() || parts.length > 3 || parts.some((part) => Number.isNaN(part))) return NaN;
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}

function written(time) {
  const tenths = Math.round(time * 10);
  const rest = (tenths % 600) / 10;
  const text = Number.isInteger(rest) ? String(rest).padStart(2, "0") : rest.toFixed(1).padStart(4, "0");
  return `${Math.floor(tenths / 600)}:${text}`;
}

const between = (value, low, high) => Math.min(high, Math.max(low, value));

function excerpt(part) {
  const whole = Number(part.dataset.seconds);
  const [offset, heard] = [Number(part.dataset.offset), Number(part.dataset.heard)];
  const [start, end] = ["start", "end"].map((name) => one(`input[name=${name}]`, part));
  const [first, last] = ["start", "end"].map((name) => one(`[data-range=${name}]`, part));
  const marks = ["[data-frame]", "[data-chosen]"].map((mark) => one(mark, part));
  const wave = one("[data-wave]", part);
  const audio = one("audio", part);
  const button = one(".player__btn", part);
  const place = one("[data-mark]", part);
  const from = () => between(seconds(start.value) || 0, 0, whole);
  const to = () => (seconds(end.value) > from() ? Math.min(seconds(end.value), whole) : whole);

  function show() {
    const x = (from() / whole) * 1000;
    for (const mark of marks) {
      mark.setAttribute("x", x.toFixed(1));
      mark.setAttribute("width", Math.max(2, (to() / whole) * 1000 - x).toFixed(1));
    }
    first.value = String(from());
    last.value = String(to());
    for (const [range, time] of [[first, from()], [last, to()]]) {
      range.setAttribute("aria-valuetext", part.dataset.labelPlace.replace("{time}", written(time)).replace("{length}", minutes(whole)));
    }
  }
  function choose(one_, other) {
    const [low, high] = [Math.min(one_, other), Math.max(one_, other)];
    start.value = written(low);
    end.value = written(Math.max(high, low + 0.1));
    show();
  }

  let began = null;
  const timeAt = (event) => {
    const box = wave.getBoundingClientRect();
    return between((event.clientX - box.left) / box.width, 0, 1) * whole;
  };
  wave.addEventListener("pointerdown", (event) => {
    began = timeAt(event);
    wave.setPointerCapture(event.pointerId);
  });
  wave.addEventListener("pointermove", (event) => { if (began !== null && Math.abs(timeAt(event) - began) > 0.2) choose(began, timeAt(event)); });
  for (const kind of ["pointerup", "pointercancel"]) wave.addEventListener(kind, () => { began = null; });
  first.addEventListener("input", () => choose(between(Number(first.value), 0, to() - 0.1), to()));
  last.addEventListener("input", () => choose(from(), between(Number(last.value), from() + 0.1, whole)));
  for (const field of [start, end]) field.addEventListener("input", show);

  if (audio && button) {
    button.addEventListener("click", () => {
      if (!audio.paused) { audio.pause(); return; }
      // What is not online cannot be heard: then it plays from where it can be.
      audio.currentTime = from() >= offset && from() < offset + heard ? from() - offset : 0;
      audio.play().catch(() => {});
    });
    audio.addEventListener("timeupdate", () => {
      const now = audio.currentTime + offset;
      for (const side of ["x1", "x2"]) place.setAttribute(side, ((now / whole) * 1000).toFixed(1));
      if (now >= to() && from() < now) audio.pause();
    });
    const showState = (on) => {
      one(".clip__player", part).classList.toggle("is-playing", on);
      button.setAttribute("aria-label", on ? part.dataset.labelPause : part.dataset.labelPlay);
    };
    audio.addEventListener("play", () => showState(true));
    for (const kind of ["pause", "ended", "error"]) audio.addEventListener(kind, () => showState(false));
  }
  show();
}

function crop(part) {
  const sheet = one("[data-sheet]", part);
  const frame = one("[data-frame]", sheet);
  const fields = ["x", "y", "width", "height"].map((name) => one(`input[name=${name}]`, part));
  const values = () => fields.map((field) => (field.value.trim() ? Number(field.value.replace(",", ".")) : NaN));

  function show() {
    const [x, y, width, height] = values();
    const whole = [x, y, width, height].some((value) => Number.isNaN(value));
    frame.hidden = whole;
    if (whole) return;
    Object.assign(frame.style, { left: `${x}%`, top: `${y}%`, width: `${width}%`, height: `${height}%` });
  }
  const at = (event) => {
    const box = one("img", sheet).getBoundingClientRect();
    return [between(((event.clientX - box.left) / box.width) * 100, 0, 100), between(((event.clientY - box.top) / box.height) * 100, 0, 100)];
  };
  let began = null;
  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    began = at(event);
    sheet.setPointerCapture(event.pointerId);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!began) return;
    const now = at(event);
    const low = began.map((value, side) => Math.round(Math.min(value, now[side]) * 10) / 10);
    const size = began.map((value, side) => Math.round(Math.abs(value - now[side]) * 10) / 10);
    if (Math.min(...size) < 1) return;
    // Rounded one by one, the two may reach a hair beyond the edge.
    const within = size.map((value, side) => Math.round(Math.min(value, 100 - low[side]) * 10) / 10);
    [...low, ...within].forEach((value, place) => { fields[place].value = String(value); });
    show();
  });
  for (const kind of ["pointerup", "pointercancel"]) sheet.addEventListener(kind, () => { began = null; });
  for (const field of fields) field.addEventListener("input", show);
  one("[data-whole]", part).addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
  });
  show();
}

all("[data-excerpt]").forEach(excerpt);
all("[data-crop]").forEach(crop);
