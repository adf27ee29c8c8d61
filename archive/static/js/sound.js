/* Fragments on cards and the player of a recording. One sound at a time; nothing plays by itself. */
import { all, minutes, one } from "./dom.js";
import { hearWhole, renewed } from "./whole.js";

let playing = null;

function only(audio) {
  if (playing && playing !== audio) playing.pause();
  playing = audio;
}

function toggle(audio) {
  if (audio.paused) audio.play().catch(() => audio.dispatchEvent(new Event("pause")));
  else audio.pause();
}

function cardButton(button) {
  let audio = null; // made at the first press: a page of cards fetches no sound
  const show = (on) => button.classList.toggle("is-playing", on);
  button.addEventListener("click", () => {
    if (!audio) {
      audio = new Audio(button.dataset.play);
      audio.addEventListener("play", () => { only(audio); show(true); });
      for (const end of ["pause", "ended", "error"]) audio.addEventListener(end, () => show(false));
    }
    toggle(audio);
  });
}

function player(section) {
  const said = section.dataset; // changes when the whole is opened
  const audio = one("audio", section);
  const button = one(".player__btn", section);
  const range = one("input[type=range]", section);
  const heard = one("[data-heard]", section);
  const time = one("[data-time]", section);

  function show() {
    const share = Math.min(1, audio.currentTime / Number(said.seconds));
    heard.setAttribute("width", (Number(range.dataset.width) * share).toFixed(1));
    time.textContent = minutes(audio.currentTime);
    range.value = String(audio.currentTime);
    range.setAttribute("aria-valuetext", said.labelPlace.replace("{time}", time.textContent).replace("{length}", minutes(Number(said.seconds))));
  }
  function showState(on) {
    section.classList.toggle("is-playing", on);
    button.setAttribute("aria-label", on ? said.labelPause : said.labelPlay);
  }
  function place() {
    // The seek bar lies on the frame. The element's own style is allowed by the policy; an attribute is not.
    range.style.insetInlineStart = `${Number(range.dataset.x) / 10}%`;
    range.style.inlineSize = `${Number(range.dataset.width) / 10}%`;
  }
  function playWhole(address) {
    showWhole(section, range, heard);
    place();
    audio.src = address;
    audio.play().catch(() => showState(false));
    button.focus();
  }
  async function goOn() {
    // The address of the whole is stale after a while, in the middle of a piece perhaps.
    if (!said.renew || audio.src.includes("fragment") || said.renewing) return;
    said.renewing = "1";
    const at = audio.currentTime;
    const address = await renewed(section);
    if (!address) return;
    audio.src = address;
    audio.currentTime = at;
    audio.addEventListener("playing", () => delete said.renewing, { once: true });
    audio.play().catch(() => showState(false));
  }

  place();
  hearWhole(section, playWhole);
  button.addEventListener("click", () => toggle(audio));
  audio.addEventListener("play", () => { only(audio); showState(true); });
  for (const end of ["pause", "ended", "error"]) audio.addEventListener(end, () => showState(false));
  audio.addEventListener("error", goOn);
  for (const change of ["timeupdate", "seeked", "ended"]) audio.addEventListener(change, show);
  range.addEventListener("input", () => { audio.currentTime = Number(range.value); });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target === document.body) {
      event.preventDefault();
      toggle(audio);
    }
  });
  show();
}

/** Put the frame round the whole waveform, and say so. */
function showWhole(section, range, heard) {
  const said = section.dataset;
  const bars = one(".wave__all", section).getAttribute("d");
  for (const path of [one(".wave__clip", section), one(".wave__done", section)]) path.setAttribute("d", bars);
  const frame = one(".wave__frame", section);
  frame.setAttribute("x", "0");
  frame.setAttribute("width", "1000");
  heard.setAttribute("x", "0");
  range.dataset.x = "0";
  range.dataset.width = "1000";
  range.max = said.wholeSeconds;
  range.setAttribute("aria-label", said.wholePlace);
  one("[data-of]", section).textContent = said.wholeOf;
  said.seconds = said.wholeSeconds;
  said.labelPlay = said.wholePlay;
  said.labelPause = said.wholePause;
}

all("[data-play]").forEach(cardButton);
all("[data-player]").forEach(player);
