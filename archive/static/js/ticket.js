/* The ticket asks the server for the price whenever a choice changes; nothing is computed here.

   Contract with the form `data-price-url` and the JSON it answers with: `ticket` holds texts ready to show, in the
   language of the page: net, vat_label, vat, total, button, message, and trace, a list of { label, amount }.
   - `data-price="NAME"` shows `ticket[NAME]`;  `data-price-trace` (a dl) shows the trace;
   - `data-price-value="NAME"` carries it as a value: the button of the order takes the package along;
   - `data-package="CODE"` is the current one when `ticket.package` is CODE;
   - `data-price-state="NAME"` is hidden unless `ticket.state` is NAME, such as `priced` or `on_request`;
   - `data-failed` on the form is what `message` says when the server cannot be reached. */
import { all, one } from "./dom.js";

function fill(form, ticket) {
  for (const part of all("[data-price]", form)) part.textContent = ticket[part.dataset.price] ?? "";
  for (const part of all("[data-price-value]", form)) part.value = ticket[part.dataset.priceValue] ?? "";
  for (const link of all("[data-package]", form)) {
    if (link.dataset.package === ticket.package) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const part of all("[data-price-state]", form)) part.hidden = part.dataset.priceState !== ticket.state;
  one("[data-price-trace]", form)?.replaceChildren(...(ticket.trace ?? []).flatMap(({ label, amount }) => {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = label;
    value.textContent = amount;
    return [term, value];
  }));
}

function price(form) {
  let asking = new AbortController();

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const choices = new URLSearchParams(new FormData(form));
    choices.delete("csrf_token");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${form.dataset.priceUrl}?${choices}`, { signal, headers: { Accept: "application/json" } });
      fill(form, (await answer.json()).ticket);
    } catch {
      if (!signal.aborted) fill(form, { state: "failed", message: form.dataset.failed });
    } finally {
      if (!signal.aborted) form.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("change", ask);
}

all("[data-price-url]").forEach(price);
