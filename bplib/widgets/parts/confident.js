// Sure and wrong: one sigmoid output, two losses, and the error term that each of them sends back.

import { forward, fromRows, meanLoss, slopeAt, slopesInHidden } from "../mathematics.js";
import {
  button, clamp, connection, element, frame, handle, hideStill, legend, number, onceAFrame, shape,
  significant, slider, watch,
} from "../base.js";
import { ruled } from "../maps.js";

const END = 7; // how far z goes, either way
const HIGHEST = 7.3; // of the losses in the chart
const NUDGE = 1e-20;

// The squared error of one output, and its slope in z by nudging
export function squaredError(z, y) {
  const [one, Y] = [fromRows([[1]]), fromRows([[y]])];
  const kept = forward(fromRows([[z]]), one, one, "sigmoid");
  return { p: kept.H.data[0], loss: meanLoss(kept.Y_hat, Y), slope: slopesInHidden(one, kept, Y, "sigmoid").data[0] };
}

// Its cross-entropy, log(1 + exp(z)) − y z, with the exponential on the side where none overflows,
// and the slope: z is nudged by an imaginary amount
export function crossEntropy(z, y) {
  const side = z > 0 ? -1 : 1;
  const grown = Math.exp(side * z);
  const moved = Math.atan2(grown * Math.sin(side * NUDGE), 1 + grown * Math.cos(NUDGE));
  return { loss: Math.log1p(grown) + Math.max(z, 0) - y * z, slope: moved / NUDGE + (z > 0 ? 1 : 0) - y };
}

function reference({ z, y }) {
  return { delta: crossEntropy(z, y).slope, off: false, problems: {} };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { root, body, say, complain, lent } = frame(
    el, "Sure and wrong",
    "One output with a sigmoid, p = σ(z). Drag its point, click, or use the slider, and choose the target. Each loss sends back its slope in z, the error term Δ. Where the network is sure and wrong, which of the two still pulls?",
  );
  const showStill = hideStill(el);
  const given = settings.state ?? {};
  let z = Number.isFinite(given.z) ? clamp(given.z, -END, END) : -6;
  let y = given.y === 0 ? 0 : 1;
  let answer = null;
  let count = 0;
  const whose = settings.function ? `your ${settings.function}` : "the course's";

  const control = slider("pre-activation z", { low: -END, high: END, step: 0.1, value: z }, (to) => move(to));
  const targets = [1, 0].map((value) => button(`target ${value}`, () => {
    y = value;
    move(z);
  }));
  const curve = shape("svg", { role: "group", "aria-label": "the sigmoid" });
  const chart = shape("svg", { role: "img" });
  const bars = { old: bar("the squared error"), mine: bar("cross-entropy") };
  const scale = element("p", { class: "bp-note" });
  const state = element("p", { class: "bp-state bp-says" });
  body.append(
    element("div", { class: "bp-row" }, control, element("div", { class: "bp-row", role: "group", "aria-label": "the target y" }, ...targets)),
    element(
      "div", { class: "bp-columns" },
      element("div", {}, curve, legend(["ring", "ink", "p"], ["dashes", "error", "how far it is from its target"])),
      element("div", {}, chart, legend(["line", "forward", "cross-entropy"], ["dashes", "soft", "squared error"], ["line", "error", "tangents: slope Δ"])),
    ),
    element("div", { class: "bp-pulls" }, bars.old.row, bars.mine.row, scale), state,
  );
  const move = (to) => {
    z = clamp(Number(to.toFixed(2)), -END, END);
    control.value = z;
    redraw();
    ask();
  };
  const point = handle(shape("circle", { r: 9, fill: "var(--bp-paper)", stroke: "var(--bp-ink)", "stroke-width": 3 }), "the point: pre-activation z", {
    moved: (dx) => move(z + (dx * 2 * END) / (size() - 44)),
    stepped: (dx, dy) => move(z + 0.1 * (dx + dy)),
  });
  for (const svg of [curve, chart])
    svg.addEventListener("pointerdown", (event) => {
      if (event.target === point || event.button) return;
      move(((event.clientX - svg.getBoundingClientRect().left - 32) / (size() - 44)) * 2 * END - END);
    });
  const size = () => {
    const W = body.clientWidth || 600;
    return W < 620 ? clamp(W, 240, 520) : clamp((W - 20) / 2, 240, 480);
  };

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () =>
    Object.values(answer?.problems ?? {}).join("\n") ||
    (answer?.off ? `${settings.function} is not right here. The tangent and the bar are what it says.` : "");
  const ask = () => {
    count += 1;
    const [mine, asked] = [count, { z, y }];
    model.remember?.(asked);
    link.ask(asked, (reply) => {
      answer = { ...reply, ...asked };
      complain(trouble());
      root.dataset.answered = String(mine);
      redraw();
    });
  };

  const H = 250;
  const [left, right, above, below] = [32, 12, 44, 40];
  const x = (v) => left + ((size() - left - right) * (v + END)) / (2 * END);
  const text = (px, py, what, kind = "soft", anchor = "start") => shape("text", { x: px, y: py, "text-anchor": anchor, class: kind }, what);
  // A chart over z: its lines, its words, and what is drawn in it
  const over = (svg, up, ticks, title, note, ...parts) => {
    const clip = `${root.getAttribute("aria-labelledby")}-${svg === curve ? "p" : "loss"}`;
    svg.setAttribute("width", size());
    svg.setAttribute("height", H);
    svg.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: left, y: above - 6, width: size() - left - right, height: H - above - below + 12 })),
      text(left, 12, title, "head"), text(left, 28, note),
      ...ruled(ticks, up, left, size() - right),
      ...[-6, -3, 0, 3, 6].map((v) => text(x(v), H - below + 23, number(v, 0), "soft", "middle")),
      text(x(END), H - 1, "pre-activation z", "soft", "end"),
      shape("line", { x1: x(z), x2: x(z), y1: above, y2: H - below, stroke: "var(--bp-soft)", "stroke-dasharray": "2 3" }),
      shape("g", { "clip-path": `url(#${clip})` }, ...parts),
    );
  };
  const line = (value, up, attributes) => {
    const places = Array.from({ length: 141 }, (_, i) => -END + (2 * END * i) / 140);
    return shape("polyline", { points: places.map((v) => `${x(v).toFixed(1)},${up(value(v)).toFixed(1)}`).join(" "), fill: "none", "stroke-width": 2.4, ...attributes });
  };
  const tangent = (at, value, slope, up, tone, dashes = null) => {
    const [dx, dy] = [x(1) - x(0), up(slope) - up(0)];
    const k = 46 / Math.hypot(dx, dy);
    return shape("line", { x1: x(at) - k * dx, x2: x(at) + k * dx, y1: up(value) - k * dy, y2: up(value) + k * dy, stroke: `var(--bp-${tone})`, "stroke-width": 3.2, "stroke-dasharray": dashes });
  };
  const dot = (height) => shape("circle", { cx: x(z), cy: height, r: 4.5, fill: "var(--bp-ink)" });

  const draw = () => {
    const focused = document.activeElement === point;
    const [old, loss] = [squaredError(z, y), crossEntropy(z, y).loss];
    for (const svg of [curve, chart]) svg.parentNode.style.width = `${size()}px`;
    const up = (v) => above + (H - above - below) * (1 - v);
    const high = (v) => above + (H - above - below) * (1 - v / HIGHEST);
    const steep = slopeAt(z, "sigmoid");
    over(curve, up, [0, 0.5, 1], `p = σ(z) = ${significant(old.p, 3)}`, `the sigmoid's slope here: ${significant(steep, 2)}`,
      shape("line", { x1: x(-END), x2: x(END), y1: up(y), y2: up(y), stroke: "var(--bp-ink)", "stroke-width": 1.5 }),
      shape("line", { x1: x(z), x2: x(z), y1: up(old.p), y2: up(y), stroke: "var(--bp-error)", "stroke-width": 2, "stroke-dasharray": "3 3" }),
      text(x(y ? -2.5 : 2.5), up(y) + (y ? 15 : -7), `target ${y}`, "soft bp-outlined", "middle"),
      line((v) => squaredError(v, y).p, up, { stroke: "var(--bp-forward)" }),
      tangent(z, old.p, steep, up, "ink"));
    point.setAttribute("cx", x(z));
    point.setAttribute("cy", up(old.p));
    curve.append(point);
    if (focused) point.focus({ preventScroll: true });
    const known = Number.isFinite(answer?.delta);
    over(chart, high, [0, 2, 4, 6], "the two losses", `cross-entropy ${significant(loss, 3)}, squared error ${significant(old.loss, 3)}`,
      line((v) => crossEntropy(v, y).loss, high, { stroke: "var(--bp-forward)" }),
      line((v) => squaredError(v, y).loss, high, { stroke: "var(--bp-soft)", "stroke-dasharray": "6 3" }),
      tangent(z, old.loss, old.slope, high, "error"),
      known ? tangent(answer.z, crossEntropy(answer.z, answer.y).loss, answer.delta, high, "error", answer.off ? "5 4" : null) : null,
      dot(high(old.loss)), dot(high(loss)));
    tell(old, known);
  };
  const tell = (old, known) => {
    const whole = Math.max(1, Math.abs(old.slope), known ? Math.abs(answer.delta) : 0);
    bars.old.set("the course's", old.slope, whole);
    bars.mine.set(whose, known ? answer.delta : null, whole, answer?.off);
    scale.textContent = `Both bars on one scale, from ${significant(-whole)} to ${significant(whole)}.`;
    targets.forEach((each, i) => each.setAttribute("aria-pressed", String(y === 1 - i)));
    const fresh = known && answer.z === z && answer.y === y;
    const wrong = z > 0 !== (y === 1);
    const sure = Math.abs(z) < 3 ? "not sure" : wrong ? "sure and wrong" : "sure and right";
    const right = fresh && !answer.off;
    const pulls = !right ? "" : sure === "sure and wrong" ? ` Cross-entropy pulls ${significant(answer.delta / old.slope, 3)} times as hard.`
      : sure === "not sure" ? " Both pull." : " Both let it be.";
    state.textContent = `z = ${number(z)}, p = ${significant(old.p, 3)}, target ${y}: ${sure}. Δ is ${significant(old.slope, 3)} from the squared error, ${fresh ? significant(answer.delta, 3) : "not known"} from cross-entropy.${pulls}`;
    chart.setAttribute("aria-label", `Two losses over z, each with its tangent. ${state.textContent}`);
    point.tell(z, `z ${number(z)}, p ${significant(old.p, 3)}`);
    say(`${state.textContent}${fresh && answer.off ? ` ${whose} is not right here.` : ""}`);
  };
  const redraw = onceAFrame(draw);

  const unwatch = watch(body, draw);
  ask();
  draw();
  return () => {
    unwatch();
    link.close();
    showStill();
  };
}

// A Δ as a number and as a bar to the left or right of 0
function bar(loss) {
  const words = element("p");
  const ink = element("span");
  const row = element("div", { class: "bp-pull" }, words, element("span", { class: "bp-signed", "aria-hidden": "true" }, ink));
  const set = (whose, value, whole, off = false) => {
    words.replaceChildren(`Δ from ${loss}, ${whose}: `, element("b", {}, value === null ? "not known" : significant(value, 3)),
      off ? element("span", { class: "bp-wrong" }, " ✕ not what nudging finds") : "");
    const share = value === null ? 0 : (50 * value) / whole;
    ink.style.cssText = `background:var(--bp-error);width:${Math.abs(share)}%;left:${50 + Math.min(0, share)}%`;
    row.dataset.delta = String(value);
  };
  return { row, set };
}

export default { render, reference, squaredError, crossEntropy };
