/* One box that ticks all boxes of a name, and says whether all or some of them are ticked. */
import { all } from "./dom.js";

for (const master of all("[data-ticks]")) {
  const boxes = all(`input[type=checkbox][name="${CSS.escape(master.dataset.ticks)}"]`);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    master.checked = ticked > 0 && ticked === boxes.length;
    master.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  master.addEventListener("change", () => {
    for (const box of boxes) box.checked = master.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show(); // a browser that goes back ticks the boxes again
}
