// The loss landscape: two weights are a point on a map, a curve through the data, and a height.

import { at, forward, fromRows, meanLoss } from "../mathematics.js";
import {
  button, clamp, connection, element, frame, handle, hideStill, legend, number, onceAFrame,
  settingsMatrix, shape, significant, watch,
} from "../base.js";
import { axesOf, drawMap, MARGIN, mapNote, ruled, ticksOf } from "../maps.js";

const COUNT = 61;
const ACROSS = 81;
const BOX = { x0: -3, x1: 3, y0: -3, y1: 3 };
const FAR = 3 - 6 * MARGIN; // where the point can go
const BANDS = [0.06, 0.09, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7, 1, 2, 4];

const weights = (a, b) => [fromRows([[a, 0]]), fromRows([[b]])];

// The curve's places, and the loss of the network with two weights
function reference({ X, Y, across, a, b, whole }) {
  const [A, B] = weights(a, b);
  const answer = {
    curve: forward(A, B, across).Y_hat,
    loss: meanLoss(forward(A, B, X).Y_hat, Y),
    problems: {}, off: [],
  };
  if (whole) {
    const grid = new Float64Array(COUNT * COUNT);
    for (let r = 0; r < COUNT; r++)
      for (let c = 0; c < COUNT; c++) {
        const [A, B] = weights(-3 + (6 * c) / (COUNT - 1), 3 - (6 * r) / (COUNT - 1));
        grid[r * COUNT + c] = meanLoss(forward(A, B, X).Y_hat, Y);
      }
    answer.grid = { rows: COUNT, columns: COUNT, data: grid };
  }
  return answer;
}

function render({ model, el }) {
  const settings = model.get("settings");
  const X = settingsMatrix(settings.X);
  const Y = settingsMatrix(settings.Y);
  const across = fromRows([Array.from({ length: ACROSS }, (_, i) => -2.2 + (4.4 * i) / (ACROSS - 1)), Array(ACROSS).fill(1)]);
  const { root, body, say, complain, lent } = frame(
    el, "The loss as a landscape",
    "A network with two weights, a and b. Every place of the map is a pair of them: drag the point, click, or use the arrow keys (Shift: far, Alt: finely). Beside it, the curve that this pair makes, and how wrong it is: its loss, the mean of ½ · error² over the data. Find the lowest place.",
  );
  const showStill = hideStill(el);
  const given = (name, otherwise) =>
    Number.isFinite(settings.state?.[name]) ? clamp(settings.state[name], -FAR, FAR) : otherwise;
  let [a, b] = [given("a", -1.5), given("b", 1)];
  let grid = null;
  let answer = null;
  let lowest = null;
  let most = 1;
  let deepest = -Infinity; // the lowest of the heights that the map is drawn from
  let count = 0;

  const map = element("canvas", { "aria-hidden": "true" });
  const over = shape("svg", { style: "position:absolute;left:0;top:0" });
  const mapBox = element("div", { style: "position:relative;margin:4px 6px 22px 34px;flex:none" }, map, over);
  const curve = shape("svg", { role: "img" });
  const side = element(
    "div", { class: "bp-grow" }, curve,
    legend(["dot", "forward", "data"], ["line", "ink", "ŷ, what the network says"], ["dashes", "error", "errors"], ["line", "ink", "on the bars: lowest so far"]),
  );
  const state = element("p", { class: "bp-state bp-two" });
  const again = button("forget the mark", () => {
    lowest = null;
    draw();
  });
  body.append(
    element("div", { class: "bp-columns" }, element("div", { class: "bp-map" }, mapBox, mapNote("loss")), side),
    element("div", { class: "bp-row" }, state, again),
  );
  const move = (x, y) => {
    [a, b] = [clamp(x, -FAR, FAR), clamp(y, -FAR, FAR)];
    redraw();
    ask();
  };
  const point = handle(shape("circle", { r: 9, fill: "var(--bp-paper)", stroke: "var(--bp-ink)", "stroke-width": 3 }), "the point: weights a and b", {
    moved: (dx, dy) => move(a + (6 * dx) / size(), b - (6 * dy) / size()),
    stepped: (dx, dy) => move(a + 0.1 * dx, b + 0.1 * dy),
  });
  over.addEventListener("pointerdown", (event) => {
    if (event.target === point || event.button) return;
    const seen = over.getBoundingClientRect();
    move(-3 + (6 * (event.clientX - seen.left)) / size(), 3 - (6 * (event.clientY - seen.top)) / size());
  });
  const size = () => clamp(body.clientWidth - 48, 220, 360);

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () => !X.columns ? "There are no data here: a loss needs at least one point."
    : [...Object.values(answer?.problems ?? {}), ...(answer?.off ?? []).map((name) => `${name} is not right here; what you see is what it says.`)].join("\n");
  const ask = () => {
    count += 1;
    const mine = count;
    link.ask({ X, Y, across, a, b, whole: !grid }, (reply) => {
      answer = reply;
      if (reply.grid) {
        grid = reply.grid;
        deepest = Math.min(...grid.data.filter(Number.isFinite));
        const ticks = ticksOf(0, Math.max(...grid.data.filter(Number.isFinite), 0.1), false);
        most = ticks.at(-1) + ticks[1];
        drawLand();
      }
      if (Number.isFinite(reply.loss) && (!lowest || reply.loss < lowest.loss)) lowest = { a, b, loss: reply.loss };
      complain(trouble());
      root.dataset.answered = String(mine);
      redraw();
    });
  };
  const drawLand = () => {
    if (grid) drawMap(root, map, size(), grid.data, COUNT, BANDS);
    over.setAttribute("width", size());
    over.setAttribute("height", size());
    draw();
  };
  const isAway = () => lowest && Math.hypot(lowest.a - a, lowest.b - b) > 0.2;
  // Whether the place opposite is as low: turning both signs leaves b · tanh(a · x) as it is.
  const isTwin = () => {
    const [column, row] = [-a, b].map((v) => Math.round(((v + 3) / 6) * (COUNT - 1)));
    return grid.data[row * COUNT + column] <= deepest * (1 + 1e-9);
  };
  const place = (x, y) => [((x + 3) / 6) * size(), ((3 - y) / 6) * size()];

  const draw = () => {
    const focused = document.activeElement === point;
    over.replaceChildren(...axesOf(BOX, size(), ["a, the hidden weight", "b, the output weight"]));
    if (isAway()) {
      const [x, y] = place(lowest.a, lowest.b);
      over.append(
        shape("path", { d: `M${x - 6},${y}H${x + 6}M${x},${y - 6}V${y + 6}`, stroke: "var(--bp-error)", "stroke-width": 3 }),
        shape("text", { x: clamp(x, 62, size() - 62), y: y < 30 ? y + 20 : y - 10, "text-anchor": "middle", class: "bp-outlined" }, `lowest so far: ${significant(lowest.loss, 3)}`),
      );
    }
    const [x, y] = place(a, b);
    point.setAttribute("cx", x);
    point.setAttribute("cy", y);
    over.append(point);
    if (focused) point.focus({ preventScroll: true });
    drawCurve();
    const loss = answer && Number.isFinite(answer.loss) ? significant(answer.loss, 3) : "not known";
    state.textContent = `a = ${number(a)}, b = ${number(b)}: loss ${loss}.${lowest ? ` Lowest so far: ${significant(lowest.loss, 3)}${isAway() ? ", at the +" : ", here"}.` : ""}${answer?.loss <= deepest * (1 + 1e-9) ? ` No place of the map's grid is lower: you have found it.${isTwin() ? ` Its mirror image, a = ${number(-a)} and b = ${number(-b)}, is as low.` : ""}` : ""}`;
    again.disabled = !lowest;
    point.tell(a, `a ${number(a)}, b ${number(b)}`);
    say(state.textContent);
    model.remember?.({ a, b });
  };
  const redraw = onceAFrame(draw);

  const drawCurve = () => {
    const W = clamp(side.clientWidth || 300, 260, 560);
    const [H, left, above, below] = [318, 26, 24, 36];
    const [right, tall] = [W - 106, H - above - below];
    const px = (v) => left + ((right - left) * (v + 2.2)) / 4.4;
    const py = (v) => above + (tall * (3.3 - v)) / 6.6;
    const clip = `${root.getAttribute("aria-labelledby")}-curve`;
    curve.setAttribute("width", W);
    curve.setAttribute("height", H);
    const samples = Array.from({ length: X.columns }, (_, n) => [at(X, 0, n), at(Y, 0, n)]);
    const heightOf = (x) => {
      const data = answer?.curve?.data;
      if (!data) return NaN;
      const t = clamp(((x + 2.2) / 4.4) * (ACROSS - 1), 0, ACROSS - 1);
      const i = Math.min(ACROSS - 2, Math.floor(t));
      return data[i] + (t - i) * (data[i + 1] - data[i]);
    };
    const safe = (v) => py(clamp(v, -50, 50));
    const parts = [];
    for (const [x, y] of samples) {
      const said = heightOf(x);
      if (Number.isFinite(said)) parts.push(shape("line", { x1: px(x), x2: px(x), y1: py(y), y2: safe(said), stroke: "var(--bp-error)", "stroke-width": 1.5, "stroke-dasharray": "3 3" }));
    }
    for (const [x, y] of samples) parts.push(shape("circle", { cx: px(x), cy: py(y), r: 3.2, fill: "var(--bp-forward)" }));
    const data = answer?.curve?.data;
    if (data) {
      const points = Array.from(data, (v, i) => (Number.isFinite(v) ? `${px(at(across, 0, i))},${safe(v)}` : "")).filter(Boolean);
      parts.push(shape("polyline", { points: points.join(" "), fill: "none", stroke: "var(--bp-ink)", "stroke-width": 2.5 }));
    }
    const text = (x, y, what, anchor = "middle", kind = "soft") => shape("text", { x, y, "text-anchor": anchor, class: kind }, what);
    curve.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: left, y: above, width: right - left, height: tall })),
      text(left, 13, "ŷ = b · tanh(a · x)", "start", "head"),
      ...ruled([-2, 0, 2], py, left, right),
      shape("rect", { x: left, y: above, width: right - left, height: tall, fill: "none", stroke: "var(--bp-line)" }),
      shape("g", { "clip-path": `url(#${clip})` }, ...parts),
      ...[-2, 0, 2].map((v) => text(px(v), H - below + 15, number(v, 0))), text(px(1), H - below + 15, "x"),
      ...bar(W, above, tall),
    );
    const loss = answer?.loss;
    curve.setAttribute("aria-label", `A curve through ${X.columns} points, with dashed lines for the errors; the loss is ${Number.isFinite(loss) ? significant(loss, 3) : "not known"}.`);
  };
  // The loss as a height, from 0 to beyond the highest place of the map; beside it ten times enlarged,
  // for the search near the bottom
  const bar = (W, above, tall) => {
    const loss = answer?.loss;
    const known = Number.isFinite(loss);
    const [left, wide] = [W - 48, 16];
    const [near, slim] = [W - 20, 14];
    const y = (v) => above + tall * (1 - clamp(v / most, 0, 1));
    const parts = [
      shape("text", { x: left + wide / 2, y: 13, "text-anchor": "middle", class: "head" }, "loss"),
      ...ruled(ticksOf(0, most, false), y, left, left + wide),
      shape("rect", { x: left, y: above, width: wide, height: tall, fill: "none", stroke: "var(--bp-line)" }),
      shape("rect", { x: left, y: known ? y(loss) : above, width: wide, height: known ? above + tall - y(loss) : 0, fill: "var(--bp-error)", "data-loss": known ? loss : null }),
    ];
    const tenfold = known ? 10 * loss : most;
    parts.push(
      shape("text", { x: W + 2, y: 13, "text-anchor": "end", class: "soft" }, "×10"),
      shape("rect", { x: near, y: above, width: slim, height: tall, fill: "none", stroke: "var(--bp-line)" }),
      shape("rect", { x: near, y: y(tenfold), width: slim, height: known ? above + tall - y(tenfold) : 0, fill: "var(--bp-error)", opacity: 0.6, class: "bp-tenfold" }),
    );
    if (lowest && 10 * lowest.loss < most) parts.push(shape("line", { x1: near - 2, x2: near + slim + 2, y1: y(10 * lowest.loss), y2: y(10 * lowest.loss), stroke: "var(--bp-ink)", "stroke-width": 2.5 }));
    if (lowest) parts.push(shape("line", { x1: left - 3, x2: left + wide + 3, y1: y(lowest.loss), y2: y(lowest.loss), stroke: "var(--bp-ink)", "stroke-width": 2.5 }));
    if (loss > most) parts.push(shape("polygon", { points: `${left},${above + 3} ${left + wide},${above + 3} ${left + wide / 2},${above - 8}`, fill: "var(--bp-error)" }));
    parts.push(shape("text", { x: left + wide / 2, y: above + tall + 17, "text-anchor": "middle", class: "head" }, known ? significant(loss, 3) : "?"));
    return parts;
  };

  const unwatch = watch(body, drawLand);
  ask();
  drawLand();
  return () => {
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference };
