"use strict";
// Mouse and keyboard, and the first picture.
(() => {
  const query = document.getElementById("query"), tip = document.getElementById("tip");
  const stage = document.getElementById("stage");
  const { units, kinds, nodes: places } = island;

  query.addEventListener("input", () => panel.search(query.value));
  query.addEventListener("keydown", event => {
    if (event.isComposing) return;  // the Enter that ends a Chinese input is not a choice
    if (event.key === "ArrowDown") panel.step(1);
    else if (event.key === "ArrowUp") panel.step(-1);
    else if (event.key === "Enter") panel.choose();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", event => {
    if (event.isComposing) return;
    if (event.key === "/" && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape") {
      panel.clear();
      query.blur();
    }
  });

  network.on("click", event => {
    const i = event.nodes.length ? event.nodes[0] : names.at(event.pointer.DOM);
    panel.select(i, false);
  });
  network.on("hoverNode", event => {
    const at = network.canvasToDOM({ x: places[event.node].x, y: places[event.node].y });
    const small = document.createElement("small");
    small.textContent = [kinds[units.kind[event.node]].label, names.note(event.node)].filter(Boolean).join(" · ");
    tip.replaceChildren(units.label[event.node], small);
    tip.style.left = at.x + "px";
    tip.style.top = at.y - places[event.node].size * network.getScale() + "px";
    tip.hidden = false;
  });
  for (const gone of ["blurNode", "dragStart", "zoom", "click"]) network.on(gone, () => { tip.hidden = true; });

  document.getElementById("nearer").addEventListener("click", () => view.zoomBy(1.5));
  document.getElementById("farther").addEventListener("click", () => view.zoomBy(1 / 1.5));
  document.getElementById("whole").addEventListener("click", () => view.showWhole(true));
  let moved = false;
  for (const by of ["dragStart", "zoom"]) network.on(by, () => { moved = true; });
  new ResizeObserver(() => { if (!moved && panel.selected() < 0) view.showWhole(false); }).observe(stage);
  view.showWhole(false);
})();
