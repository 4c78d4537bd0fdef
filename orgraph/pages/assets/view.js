"use strict";
// What vis-network does not draw: the discs behind flowers, names that never overlap, the lit path.
const view = (() => {
  const { units, nodes: places, colours, fork, pitch } = island;
  const count = units.id.length;
  const SELF = "#1d2733", GROUND = "#f6f6f3";
  const DISCS = ["#ebedef", "#fbfbfa", "#eef0f2", "#fdfdfc"];
  const FONT = getComputedStyle(document.documentElement).fontFamily;
  const stage = document.getElementById("stage");
  const inner = i => units.end[i] > i + 1;
  const forkLevel = fork < 0 ? 0 : units.level[fork];
  const rank = i => units.level[i] - forkLevel;

  // Important names first: a name is written only where no earlier one stands.
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) =>
    (b === fork) - (a === fork) || inner(b) - inner(a) || units.level[a] - units.level[b] || units.radius[b] - units.radius[a] || a - b);

  const box = count ? [Infinity, Infinity, -Infinity, -Infinity] : [-1, -1, 1, 1];
  for (let i = 0; i < count; i++) {
    const own = i <= fork;  // above the fork a unit's disc is the whole picture
    const x = own ? places[i].x : units.cx[i], y = own ? places[i].y : units.cy[i];
    const r = own ? places[i].size + units.font[i] * 1.6 : units.radius[i];
    box[0] = Math.min(box[0], x - r); box[1] = Math.min(box[1], y - r);
    box[2] = Math.max(box[2], x + r); box[3] = Math.max(box[3], y + r);
  }

  let whole = 1;          // the zoom at which everything is seen
  const near = new Array(count).fill(false);  // near enough for the unit's name; parents come before children
  let written = [];       // the boxes of the names on the picture now
  let lit = null;         // { dots: Set of units, main: unit or -1 }
  let path = new Set();   // from the lit unit to its root
  let hovered = -1;

  function fitting() {
    const margin = 22, w = stage.clientWidth - 2 * margin, h = stage.clientHeight - 2 * margin;
    return Math.max(0.02, Math.min(1.5, w / (box[2] - box[0]), h / (box[3] - box[1])));
  }

  function moveTo(x, y, scale, smoothly, aside = 0) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || !smoothly;
    network.moveTo({ position: { x, y }, scale, offset: { x: -aside, y: 0 }, animation: still ? false : { duration: 420, easingFunction: "easeInOutCubic" } });
  }

  function showWhole(smoothly) {
    whole = fitting();
    moveTo((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, whole, smoothly);
  }

  function zoomBy(factor) {
    const at = network.getViewPosition();
    moveTo(at.x, at.y, Math.max(whole / 3, Math.min(14, network.getScale() * factor)), true);
  }

  // Near enough to read the unit's neighbours, far enough to see where it stands; beside the open card.
  function goTo(i) {
    const around = inner(i) ? i : units.parent[i];
    const aside = stage.clientWidth > 900 ? 170 : 0;
    const room = Math.min(stage.clientWidth - 2 * aside, stage.clientHeight);
    if (around <= fork) return showWhole(true);
    const scale = Math.max(whole, Math.min(14, room / (2.8 * units.radius[around])));
    moveTo(units.cx[around], units.cy[around], scale, true, aside);
  }

  function dot(ctx, i, extra, colour) {
    ctx.beginPath();
    ctx.arc(places[i].x, places[i].y, places[i].size + extra, 0, 2 * Math.PI);
    ctx.fillStyle = colour;
    ctx.fill();
  }

  // Level by level: the lines to this level's flowers, above the discs of the level before; their discs,
  // which cover what of other lines would cross them; the last piece of each line, on its own disc.
  const levels = [];
  for (let i = fork + 1; i < count; i++) if (inner(i)) (levels[rank(i) - 1] ||= []).push(i);

  function discs(ctx) {
    ctx.strokeStyle = "#b4bec9";
    ctx.lineWidth = 1.2 / Math.max(1, Math.sqrt(network.getScale()));
    lines(ctx, Array.from({ length: fork + 1 }, (_, i) => i), () => 1);
    levels.forEach((level, depth) => {
      if (!level) return;
      lines(ctx, level, () => 1);
      ctx.fillStyle = DISCS[depth % DISCS.length];
      for (const i of level) {
        ctx.beginPath();
        ctx.arc(units.cx[i], units.cy[i], units.radius[i], 0, 2 * Math.PI);
        ctx.fill();
      }
      lines(ctx, level, within);
    });
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

  // A thin ring around every unit that hides others below it.
  function folds(ctx) {
    ctx.lineWidth = 1.1;
    for (let i = 0; i < count; i++) {
      if (!units.folded[i]) continue;
      ctx.beginPath();
      ctx.arc(places[i].x, places[i].y, places[i].size + 1.8, 0, 2 * Math.PI);
      ctx.strokeStyle = colours[places[i].group];
      ctx.stroke();
    }
  }

  function light(ctx) {
    const scale = network.getScale(), a = network.DOMtoCanvas({ x: 0, y: 0 });
    const b = network.DOMtoCanvas({ x: stage.clientWidth, y: stage.clientHeight });
    ctx.fillStyle = GROUND + "cc";
    ctx.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
    const lines = [[], []];
    if (lit.main >= 0) for (const i of lit.dots) if (lit.dots.has(units.parent[i])) lines[+path.has(i)].push(i);
    lines.forEach((line, strong) => {
      ctx.beginPath();
      for (const i of line) {
        const p = places[units.parent[i]];
        ctx.moveTo(p.x, p.y);
        ctx.lineTo(places[i].x, places[i].y);
      }
      ctx.lineWidth = (strong ? 2.4 : 1) / Math.max(scale, 0.5);
      ctx.strokeStyle = strong ? SELF : "#aeb8c3";
      ctx.stroke();
    });
    for (const i of lit.dots) dot(ctx, i, 0, colours[places[i].group]);
    if (lit.main >= 0) {
      dot(ctx, lit.main, 4.5 / scale, SELF);
      dot(ctx, lit.main, 2.4 / scale, "#fff");
      dot(ctx, lit.main, 0, colours[places[lit.main].group]);
    }
  }

  function caption(i) {
    if (units.folded[i]) return "+" + units.folded[i].toLocaleString("en-US") + (units.foldedLabel[i] ? " " + units.foldedLabel[i] : "");
    return island.scale && units.value[i] !== null && inner(i) ? Math.round(units.value[i] * 1000) / 10 + " %" : "";
  }

  // A leaf's name stands outside its flower: beside the dot, or above or below it.
  function side(i) {
    const p = places[units.parent[i]];
    if (inner(i) || !p) return [0, 1];
    const dx = places[i].x - p.x, dy = places[i].y - p.y, length = Math.hypot(dx, dy) || 1;
    return Math.abs(dx) / length < 0.42 ? [0, Math.sign(dy) || 1] : [Math.sign(dx), 0];
  }

  function wanted(i, scale, width) {
    if (i === hovered) return true;
    if (lit && !lit.dots.has(i)) return false;
    if (lit && (path.has(i) || lit.main < 0 && inner(i))) return true;
    if (i <= fork || rank(i) <= 1 && inner(i)) return true;
    if (!inner(i)) return pitch * scale * units.shrink[i] > 17;
    return near[units.parent[i]] && 2.2 * units.radius[i] * scale > width;
  }

  function names(ctx) {
    const scale = network.getScale(), zero = network.canvasToDOM({ x: 0, y: 0 });
    const ratio = ctx.canvas.width / ctx.canvas.clientWidth;
    const grow = Math.max(0.85, Math.min(1.5, Math.pow(scale / whole, 0.3)));
    const rows = new Map();
    written = [];
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const i of [hovered, ...path, ...order]) {
      if (i < 0) continue;
      near[i] = near[units.parent[i]] ?? true;
      const x = zero.x + places[i].x * scale, y = zero.y + places[i].y * scale;
      if (x < -80 || y < -60 || x > stage.clientWidth + 80 || y > stage.clientHeight + 60) continue;
      const size = units.font[i] * grow, note = caption(i);
      ctx.font = `${i >= fork && rank(i) <= 1 && inner(i) ? 600 : 400} ${size}px ${FONT}`;
      const width = ctx.measureText(units.short[i]).width;
      near[i] = wanted(i, scale, width);
      if (!near[i]) continue;
      const b = boxed(i, x, y, size, width, scale, note);
      if (!place(rows, b)) continue;
      written.push(b);
      put(ctx, units.short[i], b, 0, inner(i) || lit ? SELF : "#3c4855");
      if (!note) continue;
      ctx.font = `500 ${Math.max(10, size * 0.82)}px ${FONT}`;
      put(ctx, note, b, size * 1.12, "#5a6673");
    }
    ctx.restore();
  }

  function boxed(i, x, y, size, width, scale, note) {
    const [right, down] = side(i), dot = places[i].size * scale, lines = note ? 1.04 * size : 0;
    const at = x + right * (dot + 4), middle = y + down * (dot + size * 0.78) - (down < 0 ? lines : 0);
    const left = right > 0 ? at : right < 0 ? at - width : at - width / 2;
    return { i, at, middle, align: ["right", "center", "left"][right + 1],
      x0: left - 3, x1: left + width + 3, y0: middle - size * 0.66, y1: middle + size * 0.66 + lines };
  }

  function put(ctx, text, b, lower, colour) {
    ctx.textAlign = b.align;
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = "rgb(255 255 255 / .92)";
    ctx.strokeText(text, b.at, b.middle + lower);
    ctx.fillStyle = colour;
    ctx.fillText(text, b.at, b.middle + lower);
  }

  // Whether a box is free; then it is taken. Boxes are kept by bands of 24 pixels.
  function place(rows, b) {
    const bands = [];
    for (let r = Math.floor(b.y0 / 24); r <= Math.floor(b.y1 / 24); r++) bands.push(r);
    for (const r of bands)
      for (const o of rows.get(r) || [])
        if (b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1) return false;
    for (const r of bands) rows.has(r) ? rows.get(r).push(b) : rows.set(r, [b]);
    return true;
  }

  function writtenAt(p) {
    const hit = written.find(b => p.x >= b.x0 && p.x <= b.x1 && p.y >= b.y0 && p.y <= b.y1);
    return hit ? hit.i : -1;
  }

  function setLit(next) {
    lit = next;
    path = new Set();
    for (let i = lit ? lit.main : -1; i >= 0; i = units.parent[i]) path.add(i);
    network.redraw();
  }
  function setHovered(i) { hovered = i; network.redraw(); }

  network.on("beforeDrawing", discs);
  network.on("afterDrawing", ctx => {
    folds(ctx);
    if (lit) light(ctx);
    names(ctx);
    if (window.orgraphReady === undefined) {
      window.orgraphReady = performance.now();
      performance.mark("orgraph-drawn");
      document.documentElement.dataset.ready = String(Math.round(window.orgraphReady));
    }
  });
  return { inner, goTo, showWhole, zoomBy, setLit, setHovered, writtenAt, caption, names: () => written };
})();
