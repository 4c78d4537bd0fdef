"use strict";
// Names on the picture: always level, always legible, never one upon another. Which of them are written
// depends on how near one looks; where two would touch, the one higher in the tree stays.
const names = (() => {
  const { units, nodes: places, fork, pitch, few } = island;
  const { stage, inner, rank } = view;
  const count = units.id.length;
  const FONT = getComputedStyle(document.documentElement).fontFamily;
  const DARK = "#1d2733", SOFT = "#3c4855", NOTE = "#5a6673", HALO = "rgb(255 255 255 / .92)";
  const BAND = 24;

  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) =>
    (b === fork) - (a === fork) || inner(b) - inner(a) || units.level[a] - units.level[b]
    || units.radius[b] - units.radius[a] || a - b);
  const near = new Array(count).fill(false);  // near enough for the unit's name; parents come before children
  let written = [];                           // the boxes of the names on the picture now

  // Never 100 % for less than all, nor 0 % for more than nothing.
  function percent(rate) {
    let shown = (rate * 100).toFixed(1);
    if (shown === "100.0" && rate < 1 || shown === "0.0" && rate > 0) shown = (rate * 100).toFixed(4);
    return Number(shown).toLocaleString("en-US", { maximumFractionDigits: 4 }) + " %";
  }

  // What stands below a name: how many units are folded there, or the rate.
  function note(i) {
    if (units.folded[i]) return `+ ${units.folded[i].toLocaleString("en-US")} ${units.foldedLabel[i] || ""}`.trim();
    return island.scale && units.value[i] !== null && inner(i) ? percent(units.value[i]) : "";
  }

  // A leaf's name stands outside its flower: beside the dot, or above or below it.
  function side(i) {
    const p = places[units.parent[i]];
    if (inner(i) || !p) return [0, 1];
    const dx = places[i].x - p.x, dy = places[i].y - p.y, length = Math.hypot(dx, dy) || 1;
    return Math.abs(dx) / length < 0.42 ? [0, Math.sign(dy) || 1] : [Math.sign(dx), 0];
  }

  function wanted(i, width, seen) {
    if (seen.lit && !seen.lit.dots.has(i)) return false;
    if (seen.path.has(i) || seen.lit && seen.lit.main < 0 && inner(i)) return true;
    if (i <= fork || rank(i) <= 1 && inner(i)) return true;
    if (!inner(i)) return (few || seen.scale > 1.3 * seen.whole) && pitch * seen.scale * units.shrink[i] > 14.5;
    return near[units.parent[i]] && 2.2 * units.radius[i] * seen.scale > width;
  }

  function draw(ctx, seen) {
    const zero = network.canvasToDOM({ x: 0, y: 0 }), ratio = ctx.canvas.width / ctx.canvas.clientWidth;
    // Names fit the layout at the zoom it was made for; a larger window makes them larger, too.
    const fit = Math.max(0.9, Math.min(1.7, seen.whole * island.unit * island.away));
    const grow = fit * Math.max(0.85, Math.min(1.5, Math.pow(seen.scale / seen.whole, 0.3)));
    const bands = new Map();
    written = [];
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const i of [...seen.path, ...order]) {
      near[i] = near[units.parent[i]] ?? true;
      const x = zero.x + places[i].x * seen.scale, y = zero.y + places[i].y * seen.scale;
      if (x < -80 || y < -60 || x > stage.clientWidth + 80 || y > stage.clientHeight + 60) continue;
      const size = units.font[i] * grow, below = noted(i, seen.scale);
      ctx.font = `${i >= fork && rank(i) <= 1 && inner(i) ? 600 : 400} ${size}px ${FONT}`;
      const width = Math.max(ctx.measureText(units.short[i]).width, 0.5 * size * below.length);
      near[i] = wanted(i, width, seen);
      if (!near[i]) continue;
      const b = boxed(i, x, y, size, width, seen.scale, below);
      if (!take(bands, b)) continue;
      written.push(b);
      put(ctx, units.short[i], b, 0, inner(i) || seen.lit ? DARK : SOFT);
      if (!below) continue;
      ctx.font = `500 ${Math.max(10, size * 0.82)}px ${FONT}`;
      put(ctx, below, b, size * 1.12, NOTE);
    }
    ctx.restore();
  }

  // Notes of deeper names wait until their flower is wide enough.
  function noted(i, scale) {
    return !inner(i) || units.folded[i] || rank(i) <= 1 || units.radius[i] * scale > 46 ? note(i) : "";
  }

  function boxed(i, x, y, size, width, scale, below) {
    const [right, down] = side(i), dot = places[i].size * scale, more = below ? 1.04 * size : 0;
    const at = x + right * (dot + 4), middle = y + down * (dot + size * 0.78) - (down < 0 ? more : 0);
    const left = right > 0 ? at : right < 0 ? at - width : at - width / 2;
    return { i, at, middle, align: ["right", "center", "left"][right + 1],
      x0: left - 3, x1: left + width + 3, y0: middle - size * 0.66, y1: middle + size * 0.66 + more };
  }

  function put(ctx, text, b, lower, colour) {
    ctx.textAlign = b.align;
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = HALO;
    ctx.strokeText(text, b.at, b.middle + lower);
    ctx.fillStyle = colour;
    ctx.fillText(text, b.at, b.middle + lower);
  }

  // Whether a box is free; then it is taken. Boxes are kept by bands of the screen.
  function take(bands, b) {
    const across = [];
    for (let r = Math.floor(b.y0 / BAND); r <= Math.floor(b.y1 / BAND); r++) across.push(r);
    for (const r of across)
      for (const o of bands.get(r) || [])
        if (b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1) return false;
    for (const r of across) bands.has(r) ? bands.get(r).push(b) : bands.set(r, [b]);
    return true;
  }

  // The unit whose name is written at a point of the screen, or -1.
  function at(p) {
    const hit = written.find(b => p.x >= b.x0 && p.x <= b.x1 && p.y >= b.y0 && p.y <= b.y1);
    return hit ? hit.i : -1;
  }

  return { draw, at, note, percent, written: () => written };
})();
