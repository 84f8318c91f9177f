// A long way back: how large activations and errors are in every layer of a deep network.

import { ACTIVATIONS, matrix, normalMatrix, product, randomNumbers, slopeAt } from "../mathematics.js";
import {
  button, choice, clamp, connection, element, frame, hideStill, number, onceAFrame, shape,
  significant, slider, watch,
} from "../base.js";

const CHOICES = { tanh: "tanh", sigmoid: "sigmoid", relu: "ReLU", identity: "none (linear)" };
const [LOW, HIGH] = [-12, 6]; // powers of ten

const sizeOf = (data) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);

// What `bplib.network.layers` computes: the activations of every layer, and its pre-activations.
export function run(weights, X, activation) {
  const kept = [X];
  const sums = weights.map((W, l) => {
    const Z = product(W, kept[l]);
    const f = l < weights.length - 1 ? ACTIVATIONS[activation] : (z) => z;
    kept.push(matrix(Z.rows, Z.columns, Z.data.map(f)));
    return Z;
  });
  return { kept, sums };
}

// The error at a layer's sums: every unit is nudged in all samples at once, and the nudge carried
// on to the output, where `error` says what it does to the loss.
export function errorsOf(layer, weights, sums, error, activation) {
  const { rows, columns } = sums[layer];
  const last = weights.length - 1;
  const result = matrix(rows, columns);
  for (let j = 0; j < rows; j++) {
    let moved = matrix(rows, columns);
    for (let n = 0; n < columns; n++) moved.data[j * columns + n] = 1;
    for (let l = layer; l < last; l++) {
      const bent = matrix(moved.rows, columns, moved.data.map((v, i) => (v ? v * slopeAt(sums[l].data[i], activation) : 0)));
      moved = product(weights[l + 1], bent);
    }
    for (let k = 0; k < moved.rows; k++)
      for (let n = 0; n < columns; n++)
        result.data[j * columns + n] += error.data[k * columns + n] * moved.data[k * columns + n];
  }
  return result;
}

function reference({ depth, scale, activation, seed, width, samples }) {
  const random = randomNumbers(seed + 1);
  const X = normalMatrix(width, samples, 1, random);
  const error = matrix(width, samples, Float64Array.from({ length: width * samples }, () => (random.uniform() < 0.5 ? -1 : 1)));
  const weights = Array.from({ length: depth }, () => normalMatrix(width, width, scale / Math.sqrt(width), random));
  const { kept, sums } = run(weights, X, activation);
  return {
    kept: { data: Float64Array.from(kept.slice(0, -1), (H) => sizeOf(H.data)) },
    errors: { data: Float64Array.from(sums, (_, l) => sizeOf(errorsOf(l, weights, sums, error, activation).data)) },
    problems: {}, off: [], nudged: true,
  };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { root, body, say, complain, lent } = frame(
    el, "A long way back",
    "How large the activations are on the way forward, and what is left of an error of 1 on its way back. Change the depth, the scale of the first weights, the activation.",
  );
  const showStill = hideStill(el);
  const given = settings.state ?? {};
  const asked = {
    depth: Number.isInteger(given.depth) ? clamp(given.depth, 2, settings.deepest) : 20,
    scale: Number.isFinite(given.scale) ? clamp(given.scale, 0.2, 5) : 0.5,
    activation: given.activation in CHOICES ? given.activation : "tanh",
    seed: 0,
  };
  let answer = null;
  let count = 0;

  const change = (name) => (value) => {
    asked[name] = value;
    ask();
  };
  const depth = slider("layers", { low: 2, high: settings.deepest, step: 1, value: asked.depth, show: (v) => String(v) }, change("depth"));
  const scale = slider(
    "scale of the weights, in 1/√n",
    { low: 0.2, high: 5, value: asked.scale, logarithmic: true, show: (v) => number(v) }, change("scale"),
  );
  const activation = choice("activation", CHOICES, asked.activation, change("activation"));
  const anew = button("draw other weights", () => {
    asked.seed += 1;
    ask();
  });
  const chart = shape("svg", { role: "img" });
  const state = element("p", { class: "bp-state" });
  body.append(
    element("div", { class: "bp-row" }, depth, scale, activation, anew), chart, state,
  );

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () =>
    [...Object.values(answer?.problems ?? {}), ...(answer?.off ?? []).map((name) => `${name} is not right here; what you see is what it says.`)].join("\n");
  const ask = () => {
    count += 1;
    const mine = count;
    model.remember?.({ depth: asked.depth, scale: asked.scale, activation: asked.activation });
    link.ask({ ...asked, width: settings.width, samples: settings.samples }, (reply) => {
      answer = reply;
      complain(trouble());
      root.dataset.answered = String(mine);
      redraw();
    });
  };

  const draw = () => {
    const W = clamp(body.clientWidth || 600, 260, 860);
    const H = 320;
    const [left, right, above, below] = [52, 12, 26, 40];
    const last = asked.depth;
    const x = (layer) => left + ((W - left - right) * layer) / last;
    const y = (value) => {
      const power = value > 0 ? Math.log10(value) : Number.isNaN(value) || value === Infinity ? HIGH : LOW;
      return above + ((H - above - below) * (HIGH - clamp(power, LOW, HIGH))) / (HIGH - LOW);
    };
    const text = (px, py, what, anchor = "middle") => shape("text", { x: px, y: py, "text-anchor": anchor, class: "soft" }, what);
    const parts = [];
    for (let power = LOW; power <= HIGH; power += 3)
      parts.push(
        shape("line", { x1: left, x2: W - right, y1: y(10 ** power), y2: y(10 ** power), stroke: "var(--bp-line)", "stroke-width": power ? 0.6 : 1.6 }),
        text(left - 6, y(10 ** power) + 5, significant(10 ** power), "end"),
      );
    const step = last > 12 ? 5 : 1;
    for (let layer = 0; layer <= last; layer += step) parts.push(text(x(layer), H - below + 17, String(layer)));
    parts.push(text((left + W - right) / 2, H - 4, "layer (0: the inputs)"));
    const curve = (values, first, tone, dashes, mark) => {
      const places = Array.from(values, (value, i) => [x(i + first), y(value)]);
      parts.push(shape("polyline", { points: places.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" "), fill: "none", stroke: `var(--bp-${tone})`, "stroke-width": 2.4, "stroke-dasharray": dashes }));
      parts.push(...places.map(([px, py]) => mark(px, py, `var(--bp-${tone})`)));
    };
    if (answer?.kept) curve(answer.kept.data, 0, "forward", null, (px, py, fill) => shape("circle", { cx: px, cy: py, r: 3, fill }));
    if (answer?.errors) curve(answer.errors.data, 1, "error", "6 3", (px, py, fill) => shape("rect", { x: px - 3, y: py - 3, width: 6, height: 6, fill }));
    parts.push(
      shape("circle", { cx: left + 8, cy: 12, r: 4, fill: "var(--bp-forward)" }), text(left + 18, 17, "activations →", "start"),
      shape("rect", { x: left + 134, y: 8, width: 8, height: 8, fill: "var(--bp-error)" }), text(left + 148, 17, "← errors", "start"),
    );
    chart.replaceChildren(...parts);
    chart.setAttribute("width", W);
    chart.setAttribute("height", H);
    const arrives = answer?.errors?.data[0];
    const ahead = answer?.kept?.data.at(-1);
    const told = (value) => (Number.isFinite(value) ? significant(value, 2) : "not known");
    state.textContent = `${last} layers, scale ${number(asked.scale)}, ${CHOICES[asked.activation]}: of an error of 1, ${told(arrives)} arrives at layer 1; the activations in front of the output are ${told(ahead)}.${answer?.nudged && !model.alone ? " (Your functions are for tanh: this is by nudging.)" : ""}`;
    chart.setAttribute("aria-label", `Two curves over ${last} layers, on a logarithmic scale. ${state.textContent}`);
    say(state.textContent);
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

export default { render, reference, run, errorsOf };
