/* Files on the desk: send many at once in pieces, go on after a break, follow what becomes of them, choose a fragment on
   its waveform. Without script a plain form sends them and text fields say when the fragment begins. */
import { all, minutes, one } from "./dom.js";

const TRIES = 8;
const FIRST_PAUSE = 800; // milliseconds, doubled at each try
const LOOK_EVERY = 1500;

const token = () => one("input[name=csrf_token]").value;
const pause = (time) => new Promise((done) => setTimeout(done, time));

class Refusal extends Error {}

/** Post and return the answer's JSON; tell a refusal (which stays one) from a break (which passes). */
async function ask(url, body, type) {
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "Content-Type": type, Accept: "application/json" } });
  if (answer.redirected) throw new Refusal(); // signed out in the meantime
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 409 && Number.isInteger(said.received)) return said; // here is less or more than we thought
  if (answer.status >= 500) throw new Error(answer.status);
  throw new Refusal(said.error ?? said.detail ?? "");
}

/** Do it again after a break, each time after a longer pause; a refusal is final. */
async function patiently(act, onBreak) {
  for (let tried = 0; ; tried += 1) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Refusal || tried === TRIES) throw error;
      onBreak();
      await pause(FIRST_PAUSE * 2 ** tried);
    }
  }
}

async function send(form, file, row) {
  const { announce, saidSending, saidSent, saidAgain, saidStopped } = form.dataset;
  row.say(saidSending);
  try {
    const begun = await patiently(() => ask(announce, JSON.stringify({ filename: file.name, size: file.size }), "application/json"), () => row.say(saidAgain));
    let here = begun.received;
    while (here < file.size) {
      row.show(here / file.size);
      const piece = file.slice(here, here + begun.piece);
      const url = `${begun.url}?offset=${here}`;
      here = (await patiently(() => ask(url, piece, "application/octet-stream"), () => row.say(saidAgain))).received;
      row.say(saidSending);
    }
    row.show(1);
    row.say(saidSent);
  } catch (error) {
    row.fail(error instanceof Refusal && error.message ? error.message : saidStopped);
  }
}

function rowFor(list, file) {
  const [row, name, state, bar] = ["li", "strong", "span", "progress"].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.append(name, state, bar);
  list.append(row);
  list.hidden = false;
  return {
    say: (text) => { state.textContent = text; },
    show: (share) => { bar.value = share; },
    fail: (text) => { state.textContent = text; state.className = "error"; bar.remove(); },
  };
}

function dropZone(form) {
  const input = one("input[type=file]", form);
  const list = one("[data-sending]", form);
  const said = one("[data-said]", form);
  let queue = Promise.resolve();

  function take(files) {
    for (const file of files) {
      const row = rowFor(list, file);
      queue = queue.then(() => send(form, file, row)).then(() => { said.textContent = [...list.children].at(-1).innerText; });
    }
    queue = queue.then(follow);
  }

  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("is-over"); });
  }
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

/** Show what has become of the files until nothing is being done; what somebody has begun to change is left alone. */
let following = false;
async function follow() {
  if (following) return;
  following = true;
  try {
    for (let busy = true; busy; await pause(LOOK_EVERY)) {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = one("[data-files]", new DOMParser().parseFromString(await answer.text(), "text/html"));
      const shown = one("[data-files]");
      if (!shown.contains(document.activeElement) && !one("[data-changed]", shown)) {
        shown.replaceWith(fresh);
        all("[data-clip]", fresh).forEach(clipEditor);
      }
      busy = "busy" in fresh.dataset;
      if (!busy) return;
    }
  } finally {
    following = false;
  }
}

/** Read m:ss, h:mm:ss or seconds. */
function seconds(text) {
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  return parts.length > 3 || parts.some((part) => Number.isNaN(part)) ? NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
}

function written(time) {
  const rest = (time % 60).toFixed(1).replace(/\.0$/, "");
  return `${Math.floor(time / 60)}:${rest.padStart(rest.includes(".") ? 4 : 2, "0")}`;
}

function clipEditor(form) {
  const whole = Number(form.dataset.seconds);
  const { labelPlay, labelPause, labelPlace } = form.dataset;
  const range = one(".clip__range", form);
  const start = one("input[name=start]", form);
  const length = one("input[name=length]", form);
  const button = one(".player__btn", form);
  const audio = one("audio", form);
  const marks = ["[data-frame]", "[data-chosen]"].map((mark) => one(mark, form)).filter(Boolean);
  const place = one("[data-mark]", form);
  const end = () => Math.min(whole, Number(range.value) + (seconds(length.value) || 0));

  function show() {
    const x = (Number(range.value) / whole) * 1000;
    for (const mark of marks) {
      mark.setAttribute("x", x.toFixed(1));
      mark.setAttribute("width", Math.max(2, (end() / whole) * 1000 - x).toFixed(1));
    }
    range.setAttribute("aria-valuetext", labelPlace.replace("{time}", written(Number(range.value))).replace("{length}", minutes(whole)));
  }
  function changed() {
    form.dataset.changed = "";
    show();
  }

  range.addEventListener("input", () => { start.value = written(Number(range.value)); changed(); });
  start.addEventListener("input", () => {
    const time = seconds(start.value);
    if (time >= 0 && time < whole) range.value = String(time);
    changed();
  });
  length.addEventListener("input", changed);
  form.addEventListener("change", () => { form.dataset.changed = ""; });
  if (audio && button) {
    button.addEventListener("click", () => {
      if (!audio.paused) { audio.pause(); return; }
      audio.currentTime = Number(range.value);
      audio.play().catch(() => {});
    });
    audio.addEventListener("timeupdate", () => {
      const x = ((audio.currentTime / whole) * 1000).toFixed(1);
      place?.setAttribute("x1", x);
      place?.setAttribute("x2", x);
      if (audio.currentTime >= end()) audio.pause();
    });
    const showState = (on) => {
      one(".clip__player", form).classList.toggle("is-playing", on);
      button.setAttribute("aria-label", on ? labelPause : labelPlay);
    };
    audio.addEventListener("play", () => showState(true));
    for (const kind of ["pause", "ended", "error"]) audio.addEventListener(kind, () => showState(false));
  }
  show();
}

all("[data-drop]").forEach(dropZone);
all("[data-clip]").forEach(clipEditor);
if (one("[data-files][data-busy]")) follow();
