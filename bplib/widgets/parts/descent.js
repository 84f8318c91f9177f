// Descent: a point on a landscape goes against the reader's gradient.
//
// The landscapes are polynomials in two weights, given as terms [factor, power of w0, power of w1].

import {
  button, choice, clamp, connection, counted, element, frame, handle, hideStill, legend, number,
  onceAFrame, shape, significant, slider, still, watch,
} from "../base.js";
import { axesOf, bandsOf, drawChart, drawMap, gridOf, MARGIN, mapNote } from "../maps.js";

const NUDGE = 1e-20;
const FAR = 1e6; // a walk that is this far out is stopped

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
    "A height over two weights, w₀ and w₁, as a map. Drag the point, click the map, or use the arrow keys (Shift: far, Alt: finely). The gradient is the slope of the height along each weight. The arrow is the next step: against the gradient, step size times gradient long. Step or run: does it find the lowest place?",
  );
  const showStill = hideStill(el);
  const names = Object.keys(settings.landscapes);
  let name = names.includes(settings.state?.name) ? settings.state.name : names[0];
  let path = [];
  let answer = null;
  let running = false;
  let later = 0;
  let zoom = 1;
  let count = 0;
  let byHand = null; // the step size that was chosen; until one is, each landscape has its own
  const land = () => settings.landscapes[name];
  const where = () => path.at(-1);
  const height = (w) => heightOf(land().terms, w);

  const map = element("canvas", { "aria-hidden": "true" });
  const over = shape("svg", { style: "position:absolute;left:0;top:0" });
  const mapBox = element("div", { style: "position:relative;margin:4px 6px 22px 34px;flex:none" }, map, over);
  const chart = shape("svg", { role: "img", "aria-label": "the height after every step", style: "margin-bottom:8px" });
  const meaning = shape("svg", { role: "img" });
  const side = element("div", { class: "bp-grow" }, chart, meaning);
  const state = element("p", { class: "bp-state" });
  const signs = legend(["ring", "ink", "where it is"], ["dot", "ink", "where it was"], ["arrow", "error", "the next step"]);
  const titles = Object.fromEntries(names.map((key) => [key, settings.landscapes[key].title]));
  const lands = choice("landscape", titles, name, (to) => {
    name = to;
    reset();
  });
  const rate = slider("step size", { low: 0.001, high: 10, value: land().rate, logarithmic: true, show: (v) => significant(v) }, (value) => {
    byHand = value;
    draw();
  });
  const one = button("step ▶", () => {
    halt();
    step();
  });
  const run = button("run", () => {
    if (running) {
      halt();
      return;
    }
    running = true;
    tell();
    step();
  }, { "aria-pressed": "false" });
  const again = button("reset", () => reset());
  body.append(
    element("div", { class: "bp-row" }, lands, rate), element("div", { class: "bp-row" }, one, run, again),
    element("div", { class: "bp-columns" }, element("div", { class: "bp-map" }, mapBox, mapNote("ground"), signs), side), state,
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

  over.addEventListener("pointerdown", (event) => {
    if (event.target === point || event.button) return;
    const [box, seen] = [view(), over.getBoundingClientRect()];
    const [x, y] = [(event.clientX - seen.left) / size(), (event.clientY - seen.top) / size()];
    move(box.x0 + x * (box.x1 - box.x0), box.y1 - y * (box.y1 - box.y0));
  });
  const size = () => clamp(body.clientWidth - 48, 220, 380);
  const reset = (from = null) => {
    halt();
    rate.value = byHand ?? land().rate;
    path = [[...(from ?? land().start)]];
    answer = null;
    lands.value = name;
    drawLand();
    ask();
  };
  const move = (x, y) => {
    const { box } = land();
    halt();
    const [wide, high] = [MARGIN * (box.x1 - box.x0), MARGIN * (box.y1 - box.y0)];
    path = [[clamp(x, box.x0 + wide, box.x1 - wide), clamp(y, box.y0 + high, box.y1 - high)]];
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
  const lost = () => !(Math.hypot(...where()) < FAR);
  // A step is taken from where its gradient was asked; what comes back for another place is not used.
  const step = () => {
    const from = where();
    const fresh = answer && answer.w.every((value, i) => value === from[i]);
    if (!fresh) {
      ask(() => {
        if (where() !== from) return;
        if (answer?.slope) step();
        else halt();
      });
      return;
    }
    if (!answer.slope || lost() || path.length > 400) {
      halt();
      return;
    }
    const next = from.map((value, i) => value - rate.value * answer.slope[i]);
    const resting = Math.hypot(next[0] - from[0], next[1] - from[1]) < 1e-5;
    path.push(next);
    redraw();
    if (resting || lost()) halt();
    ask(() => {
      if (running && where() === next) later = setTimeout(step, still() ? 0 : 120);
    });
  };
  const halt = () => {
    running = false;
    clearTimeout(later);
    tell();
    redraw();
  };
  const tell = () => {
    run.textContent = running ? "pause" : "run";
    run.setAttribute("aria-pressed", String(running));
  };

  // The map, zoomed out until it holds the whole walk: a walk that diverges is to be seen
  const view = () => {
    const { box } = land();
    const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
    const [wide, high] = [((box.x1 - box.x0) / 2) * zoom, ((box.y1 - box.y0) / 2) * zoom];
    return { x0: x - wide, x1: x + wide, y0: y - high, y1: y + high };
  };
  const holds = (box, [x, y]) => {
    const share = MARGIN - 1e-6;
    const within = (value, low, high) => value >= low + share * (high - low) && value <= high - share * (high - low);
    return within(x, box.x0, box.x1) && within(y, box.y0, box.y1);
  };
  const fit = () => {
    const before = zoom;
    zoom = 1;
    while (zoom < FAR && !path.every((w) => holds(view(), w))) zoom *= 2;
    return zoom !== before;
  };
  const drawLand = () => {
    fit();
    paintMap();
    over.setAttribute("width", size());
    over.setAttribute("height", size());
    draw();
  };
  const paintMap = () => {
    const grid = gridOf((x, y) => height([x, y]), view(), 121);
    drawMap(root, map, size(), grid, 121, bandsOf(grid, 12));
  };
  const at = (w) => {
    const box = view();
    const far = (value) => clamp(Number.isNaN(value) ? 0 : value, -1e12, 1e12);
    const [x, y] = [far((w[0] - box.x0) / (box.x1 - box.x0)), far((box.y1 - w[1]) / (box.y1 - box.y0))];
    const pull = size() * Math.min(1, 20 / Math.max(Math.abs(x), Math.abs(y), 1)); // the same way, not so far
    return [x * pull, y * pull];
  };

  const draw = () => {
    if (!path.length) return;
    if (fit()) paintMap();
    const focused = document.activeElement === point;
    const [x, y] = at(where());
    const inside = x >= 0 && y >= 0 && x <= size() && y <= size();
    const clip = `${root.getAttribute("aria-labelledby")}-map`;
    over.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: 0, y: 0, width: size(), height: size() })),
      ...axesOf(view(), size(), land().names),
    );
    const inMap = shape("g", { "clip-path": `url(#${clip})` });
    inMap.append(shape("polyline", { points: path.map((w) => at(w).join(",")).join(" "), fill: "none", stroke: "var(--bp-ink)", "stroke-width": 2 }));
    for (const w of path.slice(0, -1)) {
      const [px, py] = at(w);
      inMap.append(shape("circle", { cx: px, cy: py, r: 3, fill: "var(--bp-ink)" }));
    }
    const fresh = answer?.slope && answer.w.every((value, i) => value === where()[i]);
    const ahead = shape("g", { "clip-path": `url(#${clip})`, "pointer-events": "none" });
    if (fresh && inside && !lost()) ahead.append(...arrow(where(), where().map((v, i) => v - rate.value * answer.slope[i]), answer.off));
    over.append(inMap);
    // beyond the map it stands at the edge, on the way there
    const middle = size() / 2;
    const pull = Math.min(1, (middle - 11) / Math.max(Math.abs(x - middle), Math.abs(y - middle), 1));
    point.setAttribute("cx", middle + pull * (x - middle));
    point.setAttribute("cy", middle + pull * (y - middle));
    point.setAttribute("stroke", inside ? "var(--bp-ink)" : "var(--bp-error)");
    over.append(point, ahead);
    const free = y > middle ? 26 : size() - 48; // where the point is not
    if (zoom > 1) over.append(
      shape("rect", { x: size() / 2 - 88, y: free, width: 176, height: 22, rx: 4, fill: "var(--bp-paper)", stroke: "var(--bp-error)" }),
      shape("text", { x: size() / 2, y: free + 15, "text-anchor": "middle", class: "bp-error-text" }, `zoomed out ${significant(zoom)} times`),
    );
    if (focused) point.focus({ preventScroll: true });
    const heights = path.map(height);
    const lowest = land().lowest;
    const chartWidth = clamp(side.clientWidth || 300, 240, 480);
    drawChart(chart, { width: chartWidth, height: 190, across: "steps", title: "height above the lowest place", length: 10, bottom: 1e-15, values: heights.map((h) => (h < lowest ? 0 : h - lowest)), tone: "error" });
    chart.setAttribute("aria-label", `The height above the lowest place after each of ${path.length - 1} steps, from ${significant(heights[0] - lowest)} to ${significant(heights.at(-1) - lowest)}; logarithmic.`);
    if (land().line) drawLine(chartWidth);
    meaning.style.display = land().line ? "" : "none";
    const above = heights.at(-1) - lowest;
    const climbs = zoom > 1 && !(heights.at(-1) <= heights[0]);
    const always = heights.every((h, i) => !i || !(h <= heights[i - 1]));
    const words = climbs ? `✕\u00a0It diverges: ${always ? "every step is too long, and lands higher than the one before" : "the steps are too long, and now lead up"}.${lost() ? " Stopped, far out." : ""}`
      : zoom > 1 ? "The walk has left the first map."
      : path.length > 2 && Math.hypot(path.at(-1)[0] - path.at(-2)[0], path.at(-1)[1] - path.at(-2)[1]) < 1e-5 ? `At rest: the ground is flat here.${above > 1e-3 ? ` But a lower place exists, by ${significant(above)}.` : ""}`
      : path.length > 400 ? "Stopped after 400 steps." : "";
    const slope = (i) => significant(Math.abs(answer.slope[i]) < 1e-12 ? 0 : answer.slope[i], 2);
    one.disabled = run.disabled = lost();
    state.replaceChildren(
      `w = (${number(where()[0])}, ${number(where()[1])}), height above the lowest place ${above < 1e-15 ? "below 10⁻¹⁵" : significant(above, 3)}${fresh ? `, gradient (${slope(0)}, ${slope(1)})` : ""}, ${counted(path.length - 1, "step")}. `,
      element("span", climbs ? { class: "bp-wrong" } : {}, words),
    );
    point.tell(where()[0], `${land().names[0]} ${number(where()[0])}, ${land().names[1]} ${number(where()[1])}`);
    say(`${titles[name]}. Step size ${significant(rate.value)}. ${state.textContent}`);
    model.remember?.({ name, ...(byHand === null ? {} : { rate: byHand }), w: path[0].map((v) => Number(v.toPrecision(6))) });
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
    const far = !(Math.abs(where()[0]) < 1e3 && Math.abs(where()[1]) < 1e3);
    const said = (v) => where()[0] * v + where()[1];
    const safe = (v) => clamp(py(clamp(said(v), -1e6, 1e6)), -1e5, 1e5);
    meaning.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: 46, y: 18, width: width - 54, height: H - 42 })),
      shape("text", { x: 46, y: 12, class: "head" }, far ? "the line, far from all data" : `y = ${number(where()[0])} x ${where()[1] < 0 ? "−" : "+"} ${number(Math.abs(where()[1]))}, and the data`),
      shape("rect", { x: 46, y: 18, width: width - 54, height: H - 42, fill: "none", stroke: "var(--bp-line)" }),
      shape("g", { "clip-path": `url(#${clip})` },
        ...x.map((v, i) => shape("line", { x1: px(v), x2: px(v), y1: py(y[i]), y2: safe(v), stroke: "var(--bp-error)", "stroke-dasharray": "3 3", opacity: 0.7 })),
        ...x.map((v, i) => shape("circle", { cx: px(v), cy: py(y[i]), r: 3, fill: "var(--bp-forward)" })),
        shape("line", { x1: px(x0), x2: px(x1), y1: safe(x0), y2: safe(x1), stroke: "var(--bp-ink)", "stroke-width": 2.5 })),
    );
    meaning.setAttribute("aria-label", `Points, and the line with slope ${number(where()[0])} and intercept ${number(where()[1])}.`);
  };

  const unwatch = watch(body, drawLand);
  const { rate: kept, w } = settings.state ?? {};
  if (kept > 0 && kept < Infinity) byHand = clamp(kept, 0.001, 10);
  reset(Array.isArray(w) && w.length === 2 && w.every((v) => Math.abs(v) <= 10) ? w.map(Number) : null);
  return () => {
    halt();
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference, heightOf, slopesOf };
