/* On phones a thin bar keeps the price in reach; it goes away while the ticket is in view. */
import { one } from "./dom.js";

const bar = one("[data-buybar]");
const ticket = bar && one(bar.dataset.buybar);

if (ticket) {
  const watch = new IntersectionObserver(([entry]) => bar.classList.toggle("is-off", entry.isIntersecting));
  watch.observe(ticket);
}
