/* A spot on a picture: pressed on it, or moved with the two sliders, which every keyboard can do. */
import { all, one } from "./dom.js";

for (const part of all("[data-spot]")) {
  const [sheet, mark, x, y, on] = [".spot__sheet", "[data-mark]", "[name=x]", "[name=y]", "[data-spot-on]"].map((name) => one(name, part));
  const show = () => {
    mark.style.left = `${x.value}%`;
    mark.style.top = `${y.value}%`;
    mark.hidden = !on.checked;
  };
  const move = () => {
    on.checked = true;
    show();
  };
  sheet.addEventListener("click", (event) => {
    const box = one("img", sheet).getBoundingClientRect();
    x.value = Math.round(((event.clientX - box.left) / box.width) * 100);
    y.value = Math.round(((event.clientY - box.top) / box.height) * 100);
    move();
  });
  for (const slider of [x, y]) slider.addEventListener("input", move);
  on.addEventListener("change", show);
  show();
}
