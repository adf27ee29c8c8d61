/* Small comforts of forms: send when a choice changes, go to what is wrong, copy a text, hide a toast. */
import { all, one } from "./dom.js";

for (const select of all("[data-submit]")) select.addEventListener("change", () => select.form.requestSubmit());

one("[data-focus]")?.focus();

for (const button of all("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(one(button.dataset.copy).innerText);
    button.textContent = button.dataset.copied;
  });
}

for (const button of all(".toast button")) {
  button.addEventListener("click", () => { button.closest(".toast").hidden = true; });
}
