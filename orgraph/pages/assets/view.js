"use strict";
// The picture: where one looks, the discs behind flowers, the lit path. vis-network draws dots and lines.
const view = (() => {
  const { units, nodes: places, colours, fork, unit } = island;
  const count = units.id.length;
  const LINE = "#b4bec9", SELF = "#1d2733", GROUND = "#f6f6f3";
  const DISCS = ["#ebedef", "#fcfcfb"];
  const NEAREST = 14, CARD = 170;
  const stage = document.getElementById("stage");
  const top = fork < 0 ? 0 : units.level[fork];
  const inner = i => units.end[i] > i + 1;
  const rank = i => units.level[i] - top;

  const box = count ? [Infinity, Infinity, -Infinity, -Infinity] : [-unit, -unit, unit, unit];
  for (let i = 0; i < count; i++) {
    const high = i <= fork;  // down to the fork a unit's disc is the whole picture
    const x = high ? places[i].x : units.cx[i], y = high ? places[i].y : units.cy[i];
    const r = high ? places[i].size + units.font[i] * 1.6 * unit : units.radius[i];
    box[0] = Math.min(box[0], x - r); box[1] = Math.min(box[1], y - r);
    box[2] = Math.max(box[2], x + r); box[3] = Math.max(box[3], y + r);
  }

  let whole = 1;          // the scale at which everything is seen; all scales are screen pixels per length
  let lit = null;         // { dots: Set of units, main: unit or -1 }
  let path = new Set();   // from the lit unit to its root

  // Few units have all their names written, so the longest at the rim needs room, too; on a phone there is none.
  function longest() {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px " + getComputedStyle(document.documentElement).fontFamily;
    return Math.max(0, ...units.short.map((name, i) => inner(i) ? 0 : pen.measureText(name).width));
  }
  const outer = island.few ? Math.min(150, longest()) : 0;

  function fitting() {
    const margin = 22, rim = Math.min(outer, 0.12 * stage.clientWidth);
    const w = stage.clientWidth - 2 * (margin + rim), h = stage.clientHeight - 2 * (margin + rim / 4);
    return Math.max(0.02 / unit, Math.min(1.5 / unit, w / (box[2] - box[0]), h / (box[3] - box[1])));
  }

  // Timed by the clock: vis-network's own animations count frames, so slow machines would wait for them.
  let movement = 0;
  function moveTo(x, y, scale, smoothly, aside = 0) {
    const now = performance.now(), mine = ++movement;
    const from = network.getViewPosition(), before = network.getScale();
    const still = !smoothly || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const to = { x: x + aside / scale, y };
    function frame() {
      if (mine !== movement) return;
      const t = still ? 1 : Math.min(1, (performance.now() - now) / 420), eased = t * t * (3 - 2 * t);
      const between = before * Math.pow(scale / before, eased);
      // The eye stays on the way: places are mixed in the measure of the zoom.
      const mix = Math.abs(scale / before - 1) < 1e-6 ? eased : (1 / before - 1 / between) / (1 / before - 1 / scale);
      network.moveTo({ position: { x: from.x + (to.x - from.x) * mix, y: from.y + (to.y - from.y) * mix }, scale: between });
      if (t < 1) requestAnimationFrame(frame);
    }
    frame();
  }

  function showWhole(smoothly) {
    whole = fitting();
    moveTo((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, whole, smoothly);
  }

  function zoomBy(factor) {
    const at = network.getViewPosition();
    moveTo(at.x, at.y, Math.max(whole / 3, Math.min(NEAREST / unit, network.getScale() * factor)), true);
  }

  // Near enough to read the unit's neighbours, far enough to see where it stands; beside the open card.
  function goTo(i) {
    const around = inner(i) ? i : units.parent[i];
    if (around <= fork) return showWhole(true);
    const aside = stage.clientWidth > 5 * CARD ? CARD : 0;
    const room = Math.min(stage.clientWidth - 2 * aside, stage.clientHeight);
    const near = Math.min(room / (2.8 * units.radius[around]), 14 / places[around].size);
    moveTo(units.cx[around], units.cy[around], Math.max(whole, near), true, aside);
  }

  // Move a unit that the open card would cover out from under it.
  function reveal(i) {
    const at = network.canvasToDOM(places[i]), free = stage.clientWidth - 2 * CARD - 60;
    if (free < 200 || at.x < free) return;
    const eye = network.getViewPosition(), scale = network.getScale();
    moveTo(eye.x + (at.x - free + 60) / scale, eye.y, scale, true);
  }

  // ---- below vis-network's drawing
  // Level by level: the lines to this level's flowers, above the discs of the level before; their discs,
  // which cover what of other lines would cross them; the last piece of each line, on its own disc.
  const trunk = Array.from({ length: Math.max(fork + 1, 0) }, (_, i) => i);
  const levels = [], shade = new Array(count).fill(0);
  for (let i = fork + 1; i < count; i++) if (inner(i)) (levels[rank(i) - 1] ||= []).push(i);
  // A unit with a single child is a step on the way, not a place of its own: it has no disc.
  const alone = i => units.end[i + 1] === units.end[i];
  for (let i = fork + 1; i < count; i++) {
    const p = units.parent[i];
    if (p > fork) shade[i] = alone(p) ? shade[p] : 1 - shade[p];
  }

  function discs(ctx) {
    ctx.strokeStyle = LINE;
    ctx.lineWidth = 1.2 / network.getScale();
    lines(ctx, trunk, () => 1);
    for (let depth = 0; depth < levels.length; depth++) {
      const level = levels[depth] || [];
      lines(ctx, level, () => 1);
      for (const i of level) {
        if (alone(i)) continue;
        ctx.fillStyle = DISCS[shade[i]];
        ctx.beginPath();
        ctx.arc(units.cx[i], units.cy[i], units.radius[i], 0, 2 * Math.PI);
        ctx.fill();
      }
      lines(ctx, level, within);
    }
  }

  function lines(ctx, ends, share) {
    ctx.beginPath();
    for (const i of ends) {
      const from = places[i], to = places[units.parent[i]];
      if (!to) continue;
      const part = share(i);
      ctx.moveTo(from.x, from.y);
      ctx.lineTo(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
    }
    ctx.stroke();
  }

  // How much of the line from a unit to its parent lies on the unit's own disc.
  function within(i) {
    const from = places[i], to = places[units.parent[i]];
    if (!to) return 0;
    const dx = to.x - from.x, dy = to.y - from.y, a = dx * dx + dy * dy;
    const ox = from.x - units.cx[i], oy = from.y - units.cy[i];
    const b = ox * dx + oy * dy, c = ox * ox + oy * oy - units.radius[i] ** 2;
    return a ? Math.max(0, Math.min(1, (-b + Math.sqrt(Math.max(0, b * b - a * c))) / a)) : 0;
  }

  // ---- above it
  function dot(ctx, i, extra, colour) {
    ctx.beginPath();
    ctx.arc(places[i].x, places[i].y, places[i].size + extra, 0, 2 * Math.PI);
    ctx.fillStyle = colour;
    ctx.fill();
  }

  // A thin ring around every unit that hides others below it.
  function folds(ctx) {
    ctx.lineWidth = 1.1 * unit;
    for (let i = 0; i < count; i++) {
      if (!units.folded[i]) continue;
      ctx.beginPath();
      ctx.arc(places[i].x, places[i].y, places[i].size + 1.8 * unit, 0, 2 * Math.PI);
      ctx.strokeStyle = colours[places[i].group];
      ctx.stroke();
    }
  }

  // Everything pales but what is lit: of a unit, its path to the root and all below it.
  function light(ctx) {
    const scale = network.getScale(), a = network.DOMtoCanvas({ x: 0, y: 0 });
    const b = network.DOMtoCanvas({ x: stage.clientWidth, y: stage.clientHeight });
    ctx.fillStyle = GROUND + "cc";
    ctx.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
    if (lit.main >= 0) {
      const below = [...lit.dots].filter(i => i > lit.main && i < units.end[lit.main]);
      ctx.lineWidth = 1 / scale;
      ctx.strokeStyle = "#aeb8c3";
      lines(ctx, below, () => 1);
      ctx.lineWidth = 2.4 / scale;
      ctx.strokeStyle = SELF;
      lines(ctx, path, () => 1);
    }
    for (const i of lit.dots) dot(ctx, i, 0, colours[places[i].group]);
    if (lit.main < 0) return;
    dot(ctx, lit.main, 4.5 / scale, SELF);
    dot(ctx, lit.main, 2.4 / scale, "#fff");
    dot(ctx, lit.main, 0, colours[places[lit.main].group]);
  }

  function setLit(next) {
    lit = next;
    path = new Set();
    for (let i = lit ? lit.main : -1; i >= 0; i = units.parent[i]) path.add(i);
    network.redraw();
  }

  for (const by of ["dragStart", "zoom"]) network.on(by, () => { movement++; });
  network.on("beforeDrawing", discs);
  network.on("afterDrawing", ctx => {
    folds(ctx);
    if (lit) light(ctx);
    names.draw(ctx, { scale: network.getScale(), whole, lit, path });
    if (!announced) announced = requestAnimationFrame(() => requestAnimationFrame(ready));
  });

  // The second frame after the first drawing begins when that drawing is on the screen.
  let announced = 0;
  function ready() {
    window.orgraphReady = performance.now();
    performance.mark("orgraph-drawn");
    document.documentElement.dataset.ready = String(Math.round(window.orgraphReady));
  }
  return { stage, inner, rank, path: () => path, goTo, reveal, showWhole, zoomBy, setLit };
})();
