"use strict";
// What stands beside the picture: search, legend, details. Text enters the page as text nodes only.
const panel = (() => {
  const { units, kinds, details, scale, text, colours, nodes: places } = island;
  const count = units.id.length, SHOWN = 60, BELOW = 14;
  const at = id => document.getElementById(id);
  const number = n => n.toLocaleString("en-US", { maximumFractionDigits: 4 });
  const percent = names.percent;
  const colour = i => colours[places[i].group];

  function make(tag, name, ...inside) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...inside.filter(part => part !== null && part !== ""));
    return element;
  }
  function swatch(hex) {
    const i = make("i");
    i.style.background = hex;
    return i;
  }
  function press(label, action, name) {
    const button = make("button", name, ...[label].flat());
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  // ---- legend
  let pressed = -1;
  function showKind(k) {
    select(-1);
    pressed = pressed === k ? -1 : k;
    [...document.querySelectorAll("button.kind")].forEach((b, n) => b.setAttribute("aria-pressed", String(n === pressed)));
    const dots = new Set();
    if (pressed >= 0) for (let i = 0; i < count; i++) if (units.kind[i] === pressed) dots.add(i);
    view.setLit(pressed < 0 ? null : { dots, main: -1 });
  }
  function legend() {
    const rows = kinds.map((k, n) => {
      const row = press([make("span", "", k.label), make("b", "", number(k.count))], () => showKind(n), "kind");
      if (!scale) row.prepend(swatch(colours[k.group]));
      row.setAttribute("aria-pressed", "false");
      return row;
    });
    const list = make("div", scale ? "kinds" : "", make("h2", "label", scale ? text.units : text.legend), ...rows);
    if (scale) at("legend").append(...rates());
    at("legend").append(list);
  }
  function rates() {
    const steps = make("div", "steps", ...scale.colours.map(c => swatch(c)));
    const figure = make("div", "figure", make("strong", "", scale.rate === null ? "—" : percent(scale.rate)),
      make("span", "", `${number(scale.numerator)} / ${number(scale.denominator)}`));
    const none = make("div", "kind", swatch(scale.nothing), make("span", "", text.nothing));
    const aim = scale.target === null ? "" : make("p", "small", `${text.target} ${percent(scale.target)}`);
    const unknown = scale.unknown ? make("p", "small", text.unknown.replace("{n}", number(scale.unknown))) : "";
    return [make("h2", "label", text.indicator), make("p", "rate", scale.label), figure, steps,
      make("div", "ends", make("span", "", "0 %"), make("span", "", "50 %"), make("span", "", "100 %")), aim, unknown, none];
  }

  // ---- ties beside the tree, and what is folded
  function ties() {
    if (!island.ties.length) return;
    at("ties").hidden = false;
    at("ties").append(make("h2", "label", text.ties), ...island.ties.map(tie => {
      const tick = make("input");
      tick.type = "checkbox";
      tick.checked = tie.shown;
      tick.addEventListener("change", () => {
        edges.update(island.edges.filter(e => e.tie === tie.index).map(e => ({ id: e.id, hidden: !tick.checked })));
      });
      return make("label", "", tick, make("span", "", tie.label), make("b", "", number(tie.count)));
    }));
  }
  // The other pictures of the page.
  function trees() {
    document.title = at("title").textContent = island.title;
    at("subtitle").textContent = island.subtitle;
    at("trees").hidden = islands.length < 2;
    at("trees").append(...islands.map(one => {
      const link = make("a", "", one.treeLabel);
      link.href = "#" + encodeURIComponent(one.tree);
      if (one === island) link.setAttribute("aria-current", "page");
      return link;
    }));
  }
  function extent() {
    const levels = units.level.reduce((most, level) => Math.max(most, level), 0);
    at("extent").textContent = text.extent.replace("{n}", number(count)).replace("{levels}", levels);
  }
  function remarks() {
    at("remarks").hidden = !island.remarks.length;
    at("remarks").append(...island.remarks.map(said => make("p", "", said)));
  }

  // ---- search
  const lower = units.label.map((label, i) => label.toLowerCase() + "\n" + units.id[i].toLowerCase());
  let hits = [], active = -1;
  function score(i, wanted) {
    const [label, id] = lower[i].split("\n");
    if (label === wanted || id === wanted) return 0;
    return label.startsWith(wanted) ? 1 : label.includes(wanted) ? 2 : id.startsWith(wanted) ? 3 : 4;
  }
  function search(words) {
    const wanted = words.trim().toLowerCase();
    hits = [];
    if (wanted) for (let i = 0; i < count; i++) if (lower[i].includes(wanted)) hits.push(i);
    hits = hits.map(i => [score(i, wanted), units.level[i], i]).sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(h => h[2]);
    at("hits").replaceChildren(...hits.slice(0, SHOWN).map(i => make("li", "", press(
      [...marked(units.label[i], wanted), make("small", "", ...marked(units.id[i], wanted), above(i))], () => select(i, true)))));
    at("hits").hidden = !hits.length;
    at("found").hidden = !wanted;
    at("found").textContent = hits.length ? text.found.replace("{n}", number(hits.length)) : text.notFound;
    activate(hits.length ? 0 : -1);
  }
  function marked(label, wanted) {
    const from = label.toLowerCase().indexOf(wanted);
    if (from < 0 || !wanted) return [label];
    const to = from + wanted.length;
    return [label.slice(0, from), make("mark", "", label.slice(from, to)), label.slice(to)];
  }
  const path = i => { const up = []; for (let p = units.parent[i]; p >= 0; p = units.parent[p]) up.unshift(p); return up; };
  function above(i) {
    const up = path(i).slice(-2).map(p => units.label[p]);
    return up.length ? " · " + up.join(" › ") : "";
  }
  function activate(n) {
    active = n;
    [...at("hits").children].forEach((li, k) => li.firstChild.classList.toggle("at", k === n));
    if (n >= 0) at("hits").children[n].scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const shown = Math.min(hits.length, SHOWN);
    if (shown) activate((active + by + shown) % shown);
  }
  function choose() { if (active >= 0) select(hits[active], true); }
  function clear() {
    at("query").value = "";
    search("");
    select(-1);
    if (pressed >= 0) showKind(pressed);
  }

  // ---- details
  let selected = -1;
  function select(i, move) {
    selected = i;
    at("card").hidden = i < 0;
    if (i < 0) return view.setLit(null);
    if (pressed >= 0) showKind(pressed), selected = i, at("card").hidden = false;
    const dots = new Set([i, ...path(i)]);
    for (let d = i + 1; d < units.end[i]; d++) dots.add(d);
    for (const e of island.edges) if (e.tie !== undefined && (e.from === i || e.to === i)) dots.add(e.from).add(e.to);
    view.setLit({ dots, main: i });
    if (move) view.goTo(i); else view.reveal(i);
    card(i);
  }
  function card(i) {
    const close = press("×", () => select(-1), "close");
    close.setAttribute("aria-label", text.close);
    const crumbs = path(i).flatMap((p, n) => [n ? " › " : "", press(units.label[p], () => select(p, true))]);
    const facts = make("dl", "", ...figures(i).flatMap(([heading, value]) => {
      const wide = value.length > 12 ? "wide" : "";
      return [make("dt", wide, heading), make("dd", wide, value)];
    }));
    at("card").replaceChildren(close, make("div", "chip", swatch(colour(i)), kinds[units.kind[i]].label),
      make("h2", "", units.label[i]), make("p", "id", units.id[i]),
      crumbs.length ? make("p", "path", ...crumbs) : "", facts.children.length ? facts : "", below(i));
    at("card").scrollTop = 0;
  }
  function figures(i) {
    const rows = [];
    if (scale) rows.push([scale.label, units.value[i] === null ? text.nothing : percent(units.value[i])]);
    for (const d of details) {
      const v = d.values[i];
      if (v === null || v === "") continue;
      rows.push([d.heading, d.form === "percent" ? percent(v) : d.form === "number" ? number(v) : String(v)]);
    }
    const all = units.end[i] - i - 1 + hiddenBelow(i);
    if (all) rows.push([text.descendants, number(all)]);
    if (units.folded[i]) rows.push([text.folded, names.note(i)]);
    return rows;
  }
  function hiddenBelow(i) {
    let sum = 0;
    for (let d = i; d < units.end[i]; d++) sum += units.folded[d];
    return sum;
  }
  function below(i) {
    const children = [];
    for (let d = i + 1; d < units.end[i]; d = units.end[d]) children.push(d);
    if (!children.length) return "";
    const more = children.length > BELOW ? make("li", "", "…") : "";
    return make("div", "below", make("h2", "label", `${text.children} ${number(children.length)}`),
      make("ul", "", ...children.slice(0, BELOW).map(c => make("li", "", press(units.label[c], () => select(c, true)))), more));
  }

  trees();
  extent();
  legend();
  ties();
  remarks();
  return { search, step, choose, clear, select, selected: () => selected };
})();
