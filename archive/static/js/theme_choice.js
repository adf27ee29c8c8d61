/* The choice of light, dark or the system's scheme at the foot of the page. */
import { all } from "./dom.js";

const root = document.documentElement;

for (const choice of all("input[name=theme]")) {
  choice.checked = choice.value === (root.dataset.theme ?? "auto");
  choice.addEventListener("change", () => {
    if (choice.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice.value;
    try {
      localStorage.setItem("theme", choice.value);
    } catch {
      /* Storage may be switched off; the choice then holds for this page. */
    }
  });
}
