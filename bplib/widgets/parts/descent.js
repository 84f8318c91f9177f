// Descent: a point on a landscape goes against the reader's gradient.
//
// The landscapes are polynomials in two weights, given as terms [factor, power of w0, power of w1].

import {
  button, choice, clamp, connection, element, frame, handle, hideStill, number, onceAFrame, shape,
  significant, slider, still, watch,
} from "../base.js";
import { axesOf, bandsOf, drawChart, drawMap, gridOf } from "../maps.js";

const NUDGE = 1e-20;

function heightOf(terms, w) {
  return terms.reduce((sum, [factor, p, q]) => sum + factor * w[0] ** p * w[1] ** q, 0);
}

// A power of a number with an imaginary part, by multiplying.
function imaginaryPower(real, imaginary, power) {
  let [x, y] = [1, 0];
  for (let i = 0; i < power; i++) [x, y] = [x * real - y * imaginary, x * imaginary + y * real];
  return [x, y];
}

function slopesOf(terms, w) {
  return [0, 1].map((which) =>
    terms.reduce((sum, [factor, p, q]) => {
      const [a, b] = imaginaryPower(w[0], which === 0 ? NUDGE : 0, p);
      const [c, d] = imaginaryPower(w[1], which === 1 ? NUDGE : 0, q);
      return sum + factor * (a * d + b * c);
    }, 0) / NUDGE);
}

function reference({ terms, w }) {
  return { slope: slopesOf(terms, w), problems: {}, off: false };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { root, body, say, complain, lent } = frame(
    el, "Downhill",
    "Drag the point, or move it with the arrow keys. The arrow is one step: against the gradient, as long as the step size says.",
  );
  const showStill = hideStill(el);
  const names = Object.keys(settings.landscapes);
  let name = names.includes(settings.state?.name) ? settings.state.name : names[0];
  let path = [];
  let answer = null;
  let running = false;
  let count = 0;
  let closed = false;
  const land = () => settings.landscapes[name];
  const where = () => path.at(-1);
  const height = (w) => heightOf(land().terms, w);

  const map = element("canvas", { "aria-hidden": "true" });
  const over = shape("svg", { style: "position:absolute;left:0;top:0" });
  const mapBox = element("div", { style: "position:relative;margin:4px 6px 22px 34px;flex:none" }, map, over);
  const chart = shape("svg", { role: "img", "aria-label": "the height after every step" });
  const meaning = shape("svg", { role: "img" });
  const side = element("div", { class: "bp-grow" }, chart, meaning);
  const state = element("p", { class: "bp-state" });
  const titles = Object.fromEntries(names.map((key) => [key, settings.landscapes[key].title]));
  const lands = choice("landscape", titles, name, (to) => {
    name = to;
    reset();
  });
  const rate = slider("step size", { low: 0.001, high: 10, value: land().rate, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const one = button("step ▶", () => {
    running = false;
    step();
  });
  const run = button("run", () => {
    running = !running;
    tell();
    if (running) step();
  }, { "aria-pressed": "false" });
  const again = button("reset", () => reset());
  body.append(
    element("div", { class: "bp-row" }, lands, rate, one, run, again),
    element("div", { class: "bp-columns" }, mapBox, side), state,
  );
  const point = handle(shape("circle", { r: 9, fill: "var(--bp-paper)", stroke: "var(--bp-ink)", "stroke-width": 3 }), "the point: two weights", {
    moved: (dx, dy) => {
      const { box } = land();
      move(where()[0] + (dx / size()) * (box.x1 - box.x0), where()[1] - (dy / size()) * (box.y1 - box.y0));
    },
    stepped: (dx, dy) => {
      const { box } = land();
      move(where()[0] + (dx * (box.x1 - box.x0)) / 60, where()[1] + (dy * (box.y1 - box.y0)) / 60);
    },
  });

  const size = () => clamp(body.clientWidth - 48, 220, 380);
  const reset = () => {
    running = false;
    rate.value = land().rate;
    path = [[...land().start]];
    answer = null;
    lands.value = name;
    tell();
    drawLand();
    ask();
  };
  const move = (x, y) => {
    const { box } = land();
    running = false;
    path = [[clamp(x, box.x0, box.x1), clamp(y, box.y0, box.y1)]];
    tell();
    redraw();
    ask();
  };
  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () =>
    Object.values(answer?.problems ?? {}).join("\n") ||
    (answer?.off ? `${settings.function}: here your gradient is not what nudging finds. The arrow is yours.` : "");
  const ask = (then = () => {}) => {
    const w = [...where()];
    count += 1;
    const mine = count;
    link.ask({ landscape: name, terms: model.alone ? land().terms : null, w }, (reply) => {
      answer = { ...reply, w };
      complain(trouble());
      root.dataset.answered = String(mine);
      redraw();
      then();
    });
  };
  const lost = () => !(Math.hypot(...where()) < 1e6);
  const step = () => {
    if (closed) return;
    const fresh = answer && answer.w.every((value, i) => value === where()[i]);
    if (!fresh) {
      ask(() => (answer?.slope ? step() : halt()));
      return;
    }
    if (!answer.slope || lost() || path.length > 400) {
      halt();
      return;
    }
    const next = where().map((value, i) => value - rate.value * answer.slope[i]);
    const resting = Math.hypot(next[0] - where()[0], next[1] - where()[1]) < 1e-5;
    path.push(next);
    redraw();
    if (resting || lost()) halt();
    ask(() => {
      if (running) setTimeout(step, still() ? 0 : 120);
    });
  };
  const halt = () => {
    running = false;
    tell();
    redraw();
  };
  const tell = () => {
    run.textContent = running ? "pause" : "run";
    run.setAttribute("aria-pressed", String(running));
  };

  const drawLand = () => {
    const { box } = land();
    const grid = gridOf((x, y) => height([x, y]), box, 121);
    drawMap(root, map, size(), grid, 121, bandsOf(grid, 12));
    over.setAttribute("width", size());
    over.setAttribute("height", size());
    draw();
  };
  const at = (w) => {
    const { box } = land();
    const limit = (value) => clamp(value, -20 * size(), 20 * size());
    return [limit(((w[0] - box.x0) / (box.x1 - box.x0)) * size()), limit(((box.y1 - w[1]) / (box.y1 - box.y0)) * size())];
  };

  const draw = () => {
    if (!path.length) return;
    const focused = document.activeElement === point;
    const [x, y] = at(where());
    const inside = x >= 0 && y >= 0 && x <= size() && y <= size();
    const clip = `${root.getAttribute("aria-labelledby")}-map`;
    over.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: 0, y: 0, width: size(), height: size() })),
      ...axesOf(land().box, size(), land().names),
    );
    const inMap = shape("g", { "clip-path": `url(#${clip})` });
    inMap.append(shape("polyline", { points: path.map((w) => at(w).join(",")).join(" "), fill: "none", stroke: "var(--bp-ink)", "stroke-width": 2 }));
    for (const w of path.slice(0, -1)) {
      const [px, py] = at(w);
      inMap.append(shape("circle", { cx: px, cy: py, r: 3, fill: "var(--bp-ink)" }));
    }
    const fresh = answer?.slope && answer.w.every((value, i) => value === where()[i]);
    const ahead = shape("g", { "clip-path": `url(#${clip})`, "pointer-events": "none" });
    if (fresh && inside) ahead.append(...arrow(where(), where().map((v, i) => v - rate.value * answer.slope[i]), answer.off));
    over.append(inMap);
    point.setAttribute("cx", clamp(x, 4, size() - 4));
    point.setAttribute("cy", clamp(y, 4, size() - 4));
    point.setAttribute("stroke", inside ? "var(--bp-ink)" : "var(--bp-error)");
    over.append(point, ahead);
    if (focused) point.focus({ preventScroll: true });
    const heights = path.map(height);
    const lowest = land().lowest;
    const chartWidth = clamp(side.clientWidth || 300, 240, 480);
    const capped = heights.map((h) => (Number.isFinite(h) ? h - lowest + 1e-6 : Infinity));
    drawChart(chart, { width: chartWidth, height: 150, across: "steps", title: "height above the lowest place", length: 10, top: 1e9, bottom: 1e-6, series: [{ values: capped, tone: "error" }] });
    if (land().line) drawLine(chartWidth);
    meaning.style.display = land().line ? "" : "none";
    const climbing = heights.length > 3 && heights.at(-1) > 100 * (Math.abs(heights[0]) + 1);
    const words = lost() || climbing || !Number.isFinite(heights.at(-1))
      ? `The walk has left the map and climbs: every step is too long and lands higher on the other side.`
      : !inside ? "The walk has left the map."
      : path.length > 2 && Math.hypot(path.at(-1)[0] - path.at(-2)[0], path.at(-1)[1] - path.at(-2)[1]) < 1e-5 ? "At rest: the ground is flat here."
      : "";
    state.textContent = `w = (${number(where()[0])}, ${number(where()[1])}), height ${significant(heights.at(-1), 3)}${fresh ? `, gradient (${significant(answer.slope[0], 2)}, ${significant(answer.slope[1], 2)})` : ""}, ${path.length - 1} steps. ${words}`;
    point.tell(where()[0], `${land().names[0]} ${number(where()[0])}, ${land().names[1]} ${number(where()[1])}`);
    say(`${titles[name]}. Step size ${significant(rate.value)}. ${state.textContent}`);
    model.remember?.({ name, rate: rate.value });
  };
  const redraw = onceAFrame(draw);

  const arrow = (from, to, wrong) => {
    const [x1, y1] = at(from);
    let [x2, y2] = at(to);
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length < 2) return [];
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const head = (turn) => [x2 - 9 * Math.cos(angle + turn), y2 - 9 * Math.sin(angle + turn)].join(",");
    return [
      shape("line", { x1, y1, x2, y2, stroke: "var(--bp-error)", "stroke-width": 3.5, "stroke-dasharray": wrong ? "5 4" : null }),
      shape("polygon", { points: `${x2},${y2} ${head(0.45)} ${head(-0.45)}`, fill: "var(--bp-error)" }),
    ];
  };

  // What two weights mean: a line through points.
  const drawLine = (width) => {
    const { x, y } = land().line;
    const H = 190;
    const [x0, x1] = [Math.min(...x) - 0.2, Math.max(...x) + 0.2];
    const [y0, y1] = [Math.min(...y) - 1, Math.max(...y) + 1];
    const px = (v) => 46 + ((width - 54) * (v - x0)) / (x1 - x0);
    const py = (v) => H - 24 - ((H - 44) * (v - y0)) / (y1 - y0);
    const clip = `${root.getAttribute("aria-labelledby")}-line`;
    meaning.setAttribute("width", width);
    meaning.setAttribute("height", H);
    const said = (v) => where()[0] * v + where()[1];
    const safe = (v) => clamp(py(clamp(said(v), -1e6, 1e6)), -1e5, 1e5);
    meaning.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: 46, y: 18, width: width - 54, height: H - 42 })),
      shape("text", { x: 46, y: 12, class: "soft" }, "the line that these two weights mean"),
      shape("rect", { x: 46, y: 18, width: width - 54, height: H - 42, fill: "none", stroke: "var(--bp-line)" }),
      shape("g", { "clip-path": `url(#${clip})` },
        ...x.map((v, i) => shape("line", { x1: px(v), x2: px(v), y1: py(y[i]), y2: safe(v), stroke: "var(--bp-error)", "stroke-dasharray": "3 3", opacity: 0.7 })),
        ...x.map((v, i) => shape("circle", { cx: px(v), cy: py(y[i]), r: 3, fill: "var(--bp-forward)" })),
        shape("line", { x1: px(x0), x2: px(x1), y1: safe(x0), y2: safe(x1), stroke: "var(--bp-ink)", "stroke-width": 2.5 })),
    );
    meaning.setAttribute("aria-label", `Points, and the line with slope ${number(where()[0])} and intercept ${number(where()[1])}.`);
  };

  const unwatch = watch(body, drawLand);
  reset();
  if (settings.state?.rate > 0) rate.value = settings.state.rate;
  return () => {
    closed = true;
    running = false;
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference, heightOf, slopesOf };
