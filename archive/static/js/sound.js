/* Fragments on cards and the player of a recording. One sound at a time; nothing plays by itself. */
import { all, minutes, one } from "./dom.js";

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
  const { seconds, labelPlay, labelPause, labelPlace } = section.dataset;
  const audio = one("audio", section);
  const button = one(".player__btn", section);
  const range = one("input[type=range]", section);
  const heard = one("[data-heard]", section);
  const time = one("[data-time]", section);

  function show() {
    const share = Math.min(1, audio.currentTime / Number(seconds));
    heard.setAttribute("width", (Number(range.dataset.width) * share).toFixed(1));
    time.textContent = minutes(audio.currentTime);
    range.value = String(audio.currentTime);
    range.setAttribute("aria-valuetext", labelPlace.replace("{time}", time.textContent).replace("{length}", minutes(Number(seconds))));
  }
  function showState(on) {
    section.classList.toggle("is-playing", on);
    button.setAttribute("aria-label", on ? labelPause : labelPlay);
  }

  // The seek bar lies on the frame. The element's own style is allowed by the policy; an attribute is not.
  range.style.insetInlineStart = `${Number(range.dataset.x) / 10}%`;
  range.style.inlineSize = `${Number(range.dataset.width) / 10}%`;
  button.addEventListener("click", () => toggle(audio));
  audio.addEventListener("play", () => { only(audio); showState(true); });
  for (const end of ["pause", "ended", "error"]) audio.addEventListener(end, () => showState(false));
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

all("[data-play]").forEach(cardButton);
all("[data-player]").forEach(player);
