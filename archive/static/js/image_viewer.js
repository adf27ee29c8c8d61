/* Looking closer at a picture, in its place. The viewer is fetched at the first press: most readers do not need it. */
import { all, one } from "./dom.js";

function load(script) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script;
    element.addEventListener("load", () => resolve(window.OpenSeadragon));
    element.addEventListener("error", reject);
    document.head.append(element);
  });
}

/* OpenSeadragon 6 adds a style element, which the policy refuses, unless it finds an element of that name.
   This one is no style of HTML, only called so: the viewer keeps its focus outline, on touch screens too. */
function declineStyle() {
  const style = document.createElementNS(null, "style");
  style.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(style);
}

function viewer(stage) {
  const { image, script } = stage.dataset;
  const sheet = one(".stage__sheet", stage);
  const box = one(".stage__viewer", stage);
  const open = one("[data-open]", stage);
  const controls = one("[data-controls]", stage);
  let shown = null;

  function show(on) {
    box.hidden = controls.hidden = !on;
    sheet.hidden = open.hidden = on;
  }
  async function start() {
    let OpenSeadragon;
    try {
      declineStyle();
      OpenSeadragon = await load(script);
    } catch {
      window.location.assign(image); // the picture itself is always there
      return;
    }
    show(true);
    shown ??= OpenSeadragon({
      element: box,
      tileSources: { type: "image", url: image },
      drawer: "canvas",
      showNavigationControl: false,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      maxZoomPixelRatio: 3,
    });
    one("[data-zoom]", controls).focus();
  }

  open.hidden = false;
  open.addEventListener("click", start);
  for (const button of all("[data-zoom]", controls)) {
    button.addEventListener("click", () => shown.viewport.zoomBy(Number(button.dataset.zoom)).applyConstraints());
  }
  one("[data-whole]", controls).addEventListener("click", () => shown.viewport.goHome());
  one("[data-close]", controls).addEventListener("click", () => { show(false); open.focus(); });
}

all("[data-viewer][data-script]").forEach(viewer);
