/* The whole of a recording, heard in place: the form is sent without leaving the page, and a stale address is renewed. */
import { one } from "./dom.js";

/** Let the form of a player open the whole; `play` puts an address into the player and begins. */
export function hearWhole(section, play) {
  const form = one("[data-whole] form", section);
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = one("button", form);
    button.disabled = true; // a second press would find the same grant, but need not wait for it
    try {
      const opened = await ask(form.action, { method: "POST", body: new FormData(form) });
      form.remove();
      one("[data-whole-said]", section).textContent = opened.said;
      play(opened.address);
    } catch {
      form.submit(); // the page that follows says what is wrong and what to do
    }
  });
}

/** Get a fresh address of what is open; it never costs anything. Reload the page when nothing is open any more. */
export async function renewed(section) {
  try {
    return (await ask(section.dataset.renew)).address;
  } catch {
    window.location.reload();
    return null;
  }
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
