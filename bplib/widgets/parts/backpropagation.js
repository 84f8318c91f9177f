// Backpropagation, one step at a time: a network with every number, forward and back.
//
// What flows forward is computed here. Error terms and gradients come from the reader's functions,
// with marks where an entry is not the slope that nudging finds.

import {
  at, copyOf, forward, gradients, matrix, meanLoss, networkLoss, plus, put, slopeAt,
  slopesInHidden, slopesInPredictions,
} from "../mathematics.js";
import {
  button, choice, clamp, connection, element, frame, handle, hideStill, legend, motion, number,
  onceAFrame, settingsMatrix, shape, significant, slider, watch,
} from "../base.js";

const LINES = [
  "forward: predict ŷ",
  "loss: how far is ŷ from y?",
  "Δ_B: from the output error",
  "gradient of B: error × its input",
  "Δ_A: from Δ_B, sent back",
  "gradient of A: error × its input",
  "step: B and A by their step sizes",
];
const STEPS = [
  { key: "Z", line: 0, says: "Forward. Each hidden unit adds up its inputs, times their weights: Z = A X." },
  { key: "H", line: 0, says: "Forward. tanh squeezes each sum between −1 and 1: H = tanh Z." },
  { key: "Y_hat", line: 0, says: "Forward. Each output adds up what the hidden units say, times their weights: Ŷ = B H." },
  { key: "loss", line: 1, says: "Compare. The loss says in one number how far the predictions Ŷ are from the targets Y." },
  { key: "delta_B", line: 2, says: "Back. How does the loss answer to each prediction? That is the error, Δ_B." },
  { key: "grad_B", line: 3, says: "The slope of each weight of B: the error at its end, times what came in, over all samples." },
  { key: "back", line: 4, says: "Back. The errors return along the weights of B and add up at each hidden unit." },
  { key: "delta_A", line: 4, says: "Back through tanh: where it is flat, little error passes. What passes is Δ_A." },
  { key: "grad_A", line: 5, says: "The slope of each weight of A: the error at its end, times its input, over all samples." },
  { key: "update", line: 6, says: "Step. Each weight moves against its slope, and the loss answers." },
];
const SHOWN = {
  X: "X", A: "A", B: "B", Y: "Y", Z: "Z", H: "H", Y_hat: "Ŷ", delta_B: "Δ_B",
  grad_B: "gradient of B", back: "error sent back", delta_A: "Δ_A", grad_A: "gradient of A",
};
const GROUPS = {
  "given: inputs, weights, targets": ["X", "A", "B", "Y"],
  "forward": ["Z", "H", "Y_hat"],
  "back: an error for every unit, a slope for every weight": ["delta_B", "grad_B", "back", "delta_A", "grad_A"],
};
const TONES = { A: "a", grad_A: "a", B: "b", grad_B: "b", delta_B: "error", back: "error", delta_A: "error" };
const USED = {
  Z: ["A", "X", "Z"], H: ["Z", "H"], Y_hat: ["B", "H", "Y_hat"], loss: ["Y_hat", "Y"],
  delta_B: ["Y_hat", "Y", "delta_B"], grad_B: ["delta_B", "H", "grad_B"],
  back: ["B", "delta_B", "back"], delta_A: ["back", "Z", "delta_A"],
  grad_A: ["delta_A", "X", "grad_A"], update: ["A", "grad_A", "B", "grad_B"],
};
const INDEX = "₀₁₂₃₄₅₆₇₈₉";

// Without Python: the course's own numbers, found by nudging.
function reference({ A, B, X, Y, offset }) {
  const kept = forward(A, B, X, "tanh", offset);
  return {
    delta_B: slopesInPredictions(kept.Y_hat, Y),
    back: slopesInHidden(B, kept, Y, "tanh", "H"),
    delta_A: slopesInHidden(B, kept, Y),
    ...gradients(A, B, X, Y, "tanh", kept),
    problems: {}, off: [],
  };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const whole = settings.whole;
  const steps = whole ? STEPS : STEPS.filter(({ key }) => !["back", "delta_A", "grad_A"].includes(key));
  const { root, body, say, complain, lent, width } = frame(
    el, "Backpropagation, one step at a time",
    "A network says Ŷ, and should say Y. Step forward to its loss; step on, and the error goes back to every weight. Move a weight, a target or a sum z, and see who notices.",
  );
  const showStill = hideStill(el);
  const moving = motion();
  const start = { A: settingsMatrix(settings.A), B: settingsMatrix(settings.B), X: settingsMatrix(settings.X), Y: settingsMatrix(settings.Y) };
  let A, B, Y, offset, X = start.X;
  let answer = null;
  let step = Number.isInteger(settings.state?.step) ? clamp(settings.state.step, 0, steps.length - 1) : 0;
  let sample = 0;
  let picked = { kind: "B", i: 0, j: 0 };
  let share = 1;
  let playing = 0;
  let passed = null; // what the last step was made from: weights, what flowed, slopes, loss
  let changes = 0;

  // The address keeps what is not as it was at the start; after the last step, the next pass.
  const remember = () => {
    const kept = { step: passed ? 0 : step, sample, picked: toKey(picked) };
    for (const [name, M, first] of [["A", A, start.A], ["B", B, start.B], ["Y", Y, start.Y], ["offset", offset, matrix(A.rows, X.columns)]])
      if (M.data.some((v, i) => v !== first.data[i])) kept[name] = Array.from(M.data, (v) => Number(v.toPrecision(6)));
    for (const [name, control, first] of [["nudge", nudge, 0.05], ["rateA", rateA, 0.5], ["rateB", rateB, 0.5]])
      if (control.value !== first) kept[name] = Number(control.value.toPrecision(6));
    model.remember?.(kept);
  };
  const recall = () => {
    const kept = settings.state ?? {};
    for (const [name, M] of [["A", A], ["B", B], ["Y", Y], ["offset", offset]])
      if (Array.isArray(kept[name]) && kept[name].length === M.data.length && kept[name].every(Number.isFinite))
        M.data.set(kept[name].map((v) => clamp(v, -100, 100)));
    for (const [name, control] of [["nudge", nudge], ["rateA", rateA], ["rateB", rateB]])
      if (Number.isFinite(kept[name])) control.value = clamp(kept[name], 0.001, 10);
    if (kept.sample in Object.keys(samples.input.options)) samples.value = String(sample = Number(kept.sample));
    const known = movable().find((thing) => toKey(thing) === kept.picked);
    if (known) picked = known;
  };
  const startAgain = () => {
    A = copyOf(start.A);
    B = copyOf(start.B);
    Y = copyOf(start.Y);
    offset = matrix(A.rows, X.columns);
    passed = null;
  };
  startAgain();

  // After the last step the weights are new; all else stays what it was when they moved.
  const values = () => ({
    A, B, X, Y, ...(passed ? passed.flowed : forward(A, B, X, "tanh", offset)), ...(passed ? passed.answer : answer),
  });
  const here = () => steps[step].key;
  const known = (key) => {
    const place = steps.findIndex((s) => s.key === key);
    return place >= 0 && place <= step;
  };

  // Controls

  const back = button("◀ back", () => go(step - 1));
  const forth = button("step ▶", () => go(step + 1));
  const play = button("play", () => (playing ? stop() : start_playing()), { "aria-pressed": "false" });
  const again = button("start again", () => {
    stop();
    startAgain();
    step = 0;
    changed();
  });
  const where = element("p", { class: "bp-state bp-says bp-long" });
  const lines = element(
    "ol", { class: "bp-lines", "aria-label": "the pseudocode" },
    ...LINES.map((text, i) => element("li", { hidden: !whole && (i === 4 || i === 5) }, whole ? text : text.replace("B and A by their step sizes", "B by its step size"))),
  );
  const move = choice("move", {}, "", (key) => pick(fromKey(key)));
  const amount = slider("to", { low: -3, high: 3, step: 0.05, value: 0 }, (value) => set(value));
  const samples = choice(
    "sample", Object.fromEntries(Array.from({ length: X.columns }, (_, n) => [n, String(n)])), "0",
    (n) => {
      sample = Number(n);
      offer();
      draw();
    },
  );
  const nudge = slider("by", { low: 0.001, high: 1, value: 0.05, logarithmic: true, show: (v) => significant(v) }, () => draw());
  nudge.input.setAttribute("aria-label", "nudge by");
  const rateA = slider("step size A", { low: 0.01, high: 10, value: 0.5, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const rateB = slider("step size B", { low: 0.01, high: 10, value: 0.5, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const picture = shape("svg", { role: "group", "aria-label": "the network: arrow keys choose and change what is moved" });
  const lens = shape("svg", { role: "img", style: "margin-top:8px" });
  const nudged = element("span", { class: "bp-head" });
  const compare = element("div", { class: "bp-note" });
  const columnNote = element("p", { class: "bp-note" });
  const tables = element("div");
  const left = element(
    "div", { class: "bp-grow", style: "flex-basis:420px" }, picture,
    legend(["wedge", "ink", "weight: thick is large, dashed negative"], ["line", "a", "of A"], ["line", "b", "of B"], ["dashes", "error", "error or slope: thick is large, dashed negative"],
      ["ring", "forward", "value"], ["square", "forward", "target"], ["patch", "line", "chosen"], ...(whole ? [["patch", "error", "how much error comes, and passes tanh"]] : [])),
  );
  const right = element("div", { style: "flex:1 1 260px;max-width:340px" }, lines, lens);
  body.append(
    element("div", { class: "bp-row" }, back, forth, play, again, samples),
    where,
    element("div", { class: "bp-columns" }, left, right),
    element(
      "div", { class: "bp-columns bp-panels" },
      element("div", { class: "bp-panel" }, element("span", { class: "bp-head" }, "Move something"), element("div", { class: "bp-row bp-tight" }, move, amount),
        element("p", { class: "bp-note" }, "or drag it in the picture"),
        element("div", { class: "bp-row bp-tight" }, whole ? rateA : null, rateB),
        element("p", { class: "bp-note" }, "how far the last step goes")),
      element("div", { class: "bp-panel" }, nudged, element("div", { class: "bp-row" }, nudge), compare),
    ),
    columnNote, tables,
  );

  // What can be moved

  const label = ({ kind, i, j }) =>
    ({
      A: `weight a${INDEX[i]}${INDEX[j]}`, B: `weight b${INDEX[i]}${INDEX[j]}`,
      Y: `target y${INDEX[i]}`, Z: `sum z${INDEX[i]}`,
    })[kind];
  const toKey = ({ kind, i, j }) => [kind, i, j].join(" ");
  const fromKey = (key) => {
    const [kind, i, j] = key.split(" ");
    return { kind, i: Number(i), j: Number(j) };
  };
  const movable = () => {
    const list = [];
    for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) list.push({ kind: "A", i, j });
    for (let i = 0; i < A.rows; i++) list.push({ kind: "Z", i, j: 0 });
    for (let i = 0; i < B.rows; i++) for (let j = 0; j < B.columns; j++) list.push({ kind: "B", i, j });
    for (let i = 0; i < Y.rows; i++) list.push({ kind: "Y", i, j: 0 });
    return list;
  };
  const same = (p, q) => p.kind === q.kind && p.i === q.i && p.j === q.j;
  const read = ({ kind, i, j } = picked) =>
    kind === "A" ? at(A, i, j) : kind === "B" ? at(B, i, j) : kind === "Y" ? at(Y, i, sample)
      : at(values().Z, i, sample);
  const set = (value) => {
    value = clamp(value, -6, 6);
    passed = null;
    const { kind, i, j } = picked;
    if (kind === "A") put(A, i, j, value);
    else if (kind === "B") put(B, i, j, value);
    else if (kind === "Y") put(Y, i, sample, value);
    else put(offset, i, sample, at(offset, i, sample) + value - read());
    changed();
  };
  const pick = (thing, focus = false) => {
    picked = thing;
    offer();
    draw();
    if (focus) picture.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  };
  const offer = () => {
    move.value = toKey(picked);
    amount.range(picked.kind === "Z" ? -6 : -3, picked.kind === "Z" ? 6 : 3);
    amount.value = read();
  };
  move.offer(Object.fromEntries(movable().map((thing) => [toKey(thing), label(thing)])), toKey(picked));

  // Steps

  const go = (to) => {
    if (to >= steps.length) {
      to = 0;
      passed = null;
    }
    if (to < 0) return;
    const forwards = to > step;
    step = to;
    if (passed) undo();
    if (here() === "update" && forwards) update();
    if (!forwards) {
      share = 1;
      draw();
      return;
    }
    moving.run((t) => {
      share = t;
      draw();
    }, 1100);
  };
  const undo = () => {
    ({ A, B } = passed);
    passed = null;
    changed();
  };
  const update = () => {
    const flowed = forward(A, B, X, "tanh", offset);
    passed = { A, B, flowed, answer, loss: meanLoss(flowed.Y_hat, Y), rates: { A: rateA.value, B: rateB.value } };
    if (answer?.grad_A && whole) A = plus(A, answer.grad_A, -rateA.value);
    if (answer?.grad_B) B = plus(B, answer.grad_B, -rateB.value);
    changed();
  };
  const start_playing = () => {
    play.textContent = "pause";
    play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => (step === steps.length - 1 ? stop() : go(step + 1)), 2000);
    go(step + 1);
  };
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "play";
    play.setAttribute("aria-pressed", "false");
  };

  // To Python

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () => Object.values(answer?.problems ?? {}).join("\n");
  const changed = () => {
    offer();
    redraw();
    changes += 1;
    const mine = changes;
    link.ask({ A, B, X, Y, offset, whole }, (reply) => {
      answer = reply;
      complain(trouble());
      draw();
      root.dataset.answered = String(mine);
    });
  };

  // Drawing

  const geometry = () => {
    const W = clamp(left.clientWidth || 420, 270, 760);
    const top = 22;
    const H = 84 * Math.max(A.rows, X.rows, 3);
    const column = (rows, i) => top + 4 + (H * (i + 0.5)) / rows;
    return {
      W, H: H + top, r: W < 400 ? 18 : 22,
      x: (i) => [W * 0.09, column(X.rows, i)],
      h: (j) => [W * 0.42, column(A.rows, j)],
      o: (k) => [W * 0.74, column(B.rows, k)],
      t: (k) => [W * 0.92, column(B.rows, k)],
    };
  };

  const draw = () => {
    const v = values();
    const loss = networkLoss(A, B, X, Y, "tanh", offset);
    back.disabled = step === 0;
    forth.textContent = step === steps.length - 1 ? "next pass ▶" : "step ▶";
    [...lines.children].forEach((line, i) => {
      if (i === steps[step].line) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    const told = passed ? `loss ${number(passed.loss, 4)} before, ${number(loss, 4)} after` : `loss ${number(loss, 4)}`;
    const sum = here() === "back" && v.delta_B && v.back
      ? ` At unit ${unitInLens()}: ${Array.from({ length: B.rows }, (_, k) => `${number(at(B, k, unitInLens()))} · ${number(at(v.delta_B, k, sample))}`).join(" + ")} = ${number(at(v.back, unitInLens(), sample))}.` : "";
    where.textContent = `${steps[step].says}${sum}${shareOf(v)}${moveOf(v)} ${known("loss") ? `(${told})` : ""}`;
    drawNetwork(v, loss);
    drawLens(v);
    drawTables(v);
    drawComparison(v, loss);
    if (share === 1) remember();
    say(`Step ${step + 1} of ${steps.length}. ${where.textContent} ${label(picked)} is ${number(read())}. ${compare.textContent}`);
  };
  const redraw = onceAFrame(draw);
  // Why an error is smaller than the miss: the loss is a mean over the samples.
  const shareOf = (v) => {
    if (here() !== "delta_B" || !v.delta_B || v.off_delta_B) return "";
    const N = X.columns;
    const miss = number(at(v.Y_hat, 0, sample) - at(Y, 0, sample));
    return ` Each of ${N} samples has a share of 1/${N} in the mean: δ₀ = (ŷ₀ − y₀)/${N} = ${miss}/${N} = ${number(at(v.delta_B, 0, sample))}.`;
  };
  // The step of the chosen weight, in numbers
  const moveOf = (v) => {
    const { kind, i, j } = picked;
    const gradient = passed && v[`grad_${kind}`];
    if (!gradient) return "";
    return ` ${label(picked)}: ${number(at(passed[kind], i, j), 3)} − ${significant(passed.rates[kind])} · ${number(at(gradient, i, j), 3).replace(/^−(.*)/, "(−$1)")} = ${number(read(), 3)}.`;
  };

  const edge = (from, to, r) => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    return [from[0] + (dx * r) / length, from[1] + (dy * r) / length, to[0] - (dx * r) / length, to[1] - (dy * r) / length];
  };

  const drawNetwork = (v, loss) => {
    const g = geometry();
    const focused = picture.contains(document.activeElement);
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 ${g.W} ${g.H}`);
    picture.setAttribute("width", g.W);
    picture.setAttribute("height", g.H);
    const words = g.W < 400 ? ["in", "hidden", "says", "target"] : ["inputs", "hidden units", "predictions", "targets"];
    const heads = [g.x, g.h, g.o, g.t].map((place, i) => [place(0)[0], words[i]]);
    const ends = [];
    for (let j = 0; j < A.rows; j++) {
      for (let i = 0; i < A.columns; i++) ends.push(["A", j, i, g.x(i), g.h(j)]);
    }
    for (let k = 0; k < B.rows; k++) {
      for (let j = 0; j < B.columns; j++) ends.push(["B", k, j, g.h(j), g.o(k)]);
    }
    const flows = { Z: "A", Y_hat: "B", back: "B" }[here()];
    const grads = { grad_A: "A", grad_B: "B" }[here()];
    const weights = { A, B };
    const notes = [];
    const largest = (M) => Math.max(1e-12, ...Array.from(M?.data ?? [], Math.abs).filter(Number.isFinite));
    for (const [kind, i, j, from, to] of ends) {
      const w = at(weights[kind], i, j);
      const [x1, y1, x2, y2] = edge(from, to, g.r);
      const isPicked = same(picked, { kind, i, j });
      if (isPicked) picture.append(shape("line", { x1, y1, x2, y2, stroke: "var(--bp-ink)", "stroke-width": clamp(0.6 + 2.6 * Math.abs(w), 0.6, 9) + 8, opacity: 0.22, "stroke-linecap": "round" }));
      const line = shape("line", {
        x1, y1, x2, y2, stroke: `var(--bp-${kind === "A" ? "a" : "b"})`,
        "stroke-width": clamp(0.6 + 2.6 * Math.abs(w), 0.6, 9), "stroke-dasharray": w < 0 ? "7 5" : null,
        opacity: flows && flows !== kind ? 0.35 : 0.9,
      });
      picture.append(line);
      const gradient = v[`grad_${kind}`];
      const product = here() === "back" && kind === "B" && v.delta_B ? w * at(v.delta_B, i, sample)
        : grads === kind && gradient ? at(gradient, i, j) : null;
      if (product !== null) line.setAttribute("opacity", 0.25);
      if (product !== null) {
        const most = here() === "back" ? largest(B) * largest(v.delta_B) : largest(gradient);
        picture.append(shape("line", {
          x1: x2, y1: y2, x2: x2 + (x1 - x2) * share, y2: y2 + (y1 - y2) * share,
          stroke: "var(--bp-error)", "stroke-width": clamp((9 * Math.abs(product)) / most, 0.8, 9),
          "stroke-dasharray": product < 0 ? "3 4" : null, opacity: 0.85, "stroke-linecap": "butt",
        }));
      }
      if (flows === kind && share < 1) {
        const t = here() === "back" ? 1 - share : share;
        picture.append(shape("circle", {
          cx: x1 + (x2 - x1) * t, cy: y1 + (y2 - y1) * t, r: 4,
          fill: here() === "back" ? "var(--bp-error)" : "var(--bp-forward)",
        }));
      }
      if (here() === "back" && kind === "B" && j === unitInLens() && v.delta_B && g.W >= 560) notes.push([
        x1 + (x2 - x1) * 0.4, y1 + (y2 - y1) * 0.4 + (i ? 4 : -9), `${number(w)} · ${number(at(v.delta_B, i, sample))}`,
      ]);
      grip(shape("line", { x1, y1, x2, y2, stroke: "transparent", "stroke-width": 14, "pointer-events": "stroke" }), { kind, i, j });
    }
    const unit = ([x, y], value, name, options = {}) => {
      const { empty = false, tone = "forward", fillShare = null } = options;
      picture.append(shape("circle", {
        cx: x, cy: y, r: g.r, fill: "var(--bp-paper)", stroke: `var(--bp-${tone})`, "stroke-width": 2,
      }));
      if (fillShare) {
        const high = 2 * g.r * clamp(Math.abs(fillShare), 0, 1) * share;
        const id = `${root.getAttribute("aria-labelledby")}-${name}`;
        picture.append(
          shape("clipPath", { id }, shape("circle", { cx: x, cy: y, r: g.r - 1 })),
          shape("rect", { x: x - g.r, y: y + g.r - high, width: 2 * g.r, height: high, fill: "var(--bp-error)", opacity: 0.3, "clip-path": `url(#${id})` }),
        );
      }
      text(x, y + 4, empty ? "?" : number(value), { style: `font-size:${g.r < 20 ? 10.5 : 12}px` });
      text(x, y + g.r + 13, name, { class: "soft" });
    };
    const text = (x, y, what, attributes = {}) =>
      picture.append(shape("text", { x, y, "text-anchor": "middle", "pointer-events": "none", ...attributes }, what));
    for (let i = 0; i < X.rows; i++) unit(g.x(i), at(X, i, sample), i === X.rows - 1 ? "always 1" : `x${INDEX[i]}`);
    const sent = largest(v.back);
    for (let j = 0; j < A.rows; j++) {
      const [x, y] = g.h(j);
      const squeezed = known("H");
      unit([x, y], at(squeezed ? v.H : v.Z, j, sample), `${squeezed ? "h" : "z"}${INDEX[j]}${byHand(j, sample) ? " ✎" : ""}`, {
        fillShare: here() === "back" && v.back ? at(v.back, j, sample) / sent
          : here() === "delta_A" && v.delta_A ? at(v.delta_A, j, sample) / sent : null,
      });
      const error = known("delta_A") ? v.delta_A : known("back") ? v.back : null;
      if (error) text(x, y - g.r - 5, `${known("delta_A") ? "δ" : "sum"} ${number(at(error, j, sample))}`, { class: "bp-error-text bp-outlined" });
      grip(shape("circle", { cx: x, cy: y, r: g.r, fill: "transparent", stroke: same(picked, { kind: "Z", i: j, j: 0 }) ? "var(--bp-ink)" : "none", "stroke-width": 4 }), { kind: "Z", i: j, j: 0 });
    }
    for (let k = 0; k < B.rows; k++) {
      const [x, y] = g.o(k);
      const [tx, ty] = g.t(k);
      unit([x, y], at(v.Y_hat, k, sample), `ŷ${INDEX[k]}`, { empty: !known("Y_hat") });
      if (known("loss")) picture.append(shape("line", { x1: x + g.r, y1: y, x2: tx - g.r, y2: ty, stroke: "var(--bp-error)", "stroke-width": 2, "stroke-dasharray": "4 3" }));
      if (known("delta_B") && v.delta_B) text(x, y - g.r - 5, `δ ${number(at(v.delta_B, k, sample))}`, { class: "bp-error-text" });
      picture.append(shape("rect", { x: tx - g.r, y: ty - g.r, width: 2 * g.r, height: 2 * g.r, rx: 4, fill: "var(--bp-paper)", stroke: "var(--bp-forward)", "stroke-width": 2 }));
      text(tx, ty + 4, number(at(Y, k, sample)), { style: `font-size:${g.r < 20 ? 10.5 : 12}px` });
      text(tx, ty + g.r + 13, `y${INDEX[k]}`, { class: "soft" });
      grip(shape("rect", { x: tx - g.r, y: ty - g.r, width: 2 * g.r, height: 2 * g.r, rx: 4, fill: "transparent", stroke: same(picked, { kind: "Y", i: k, j: 0 }) ? "var(--bp-ink)" : "none", "stroke-width": 4 }), { kind: "Y", i: k, j: 0 });
    }
    for (const [x, y, what] of notes) text(x, y, what, { class: "bp-error-text bp-outlined" });
    for (const [x, what] of heads) text(clamp(x, 26, g.W - 28), 12, what, { class: "head" });
    if (focused) picture.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  };

  const grip = (node, thing) => {
    const mine = same(thing, picked);
    handle(node, label(thing), {
      grabbed: () => pick(thing, true),
      moved: (dx, dy) => set(read() - dy * 0.02),
      stepped: (dx, dy) => {
        if (dy) set(read() + 0.05 * dy);
        else {
          const list = movable();
          const place = list.findIndex((other) => same(other, picked));
          const far = Math.sign(dx) * Math.max(1, Math.abs(dx));
          pick(list[Math.abs(far) > list.length ? (far < 0 ? 0 : list.length - 1) : (place + far + list.length) % list.length], true);
        }
      },
    });
    node.setAttribute("tabindex", mine ? "0" : "-1");
    node.tell(read(thing), `${number(read(thing))}; up and down change it, left and right choose another`);
    picture.append(node);
  };

  const byHand = (j, n) => at(offset, j, n) !== 0;
  const unitInLens = () => (picked.kind === "B" ? picked.j : picked.kind === "Y" ? 0 : picked.i);
  const drawLens = (v) => {
    const j = unitInLens();
    lens.replaceChildren();
    const W = 310, H = 148;
    lens.setAttribute("viewBox", `0 0 ${W} ${H}`);
    lens.setAttribute("width", W);
    lens.setAttribute("height", H);
    const z = at(v.Z, j, sample);
    const slope = slopeAt(z);
    const x = (u) => 72 + u * 21;
    const y = (u) => 78 - u * 36;
    const points = Array.from({ length: 61 }, (_, i) => -3 + i / 10).map((u) => `${x(u)},${y(Math.tanh(u))}`);
    const shown = clamp(z, -3, 3);
    const h = Math.tanh(shown);
    lens.append(
      shape("text", { x: 4, y: 14, class: "head" }, `Hidden unit ${j}: tanh at z = ${number(z)}`),
      shape("text", { x: 4, y: 32, class: "soft" }, `as steep as ${number(slope)} there`),
      shape("line", { x1: x(-3), x2: x(3), y1: y(0), y2: y(0), stroke: "var(--bp-line)" }),
      shape("polyline", { points: points.join(" "), fill: "none", stroke: "var(--bp-forward)", "stroke-width": 2 }),
      shape("line", { x1: x(shown - 0.9), y1: y(h - 0.9 * slope), x2: x(shown + 0.9), y2: y(h + 0.9 * slope), stroke: "var(--bp-ink)", "stroke-width": 2, "stroke-dasharray": "5 3" }),
      shape("circle", { cx: x(shown), cy: y(h), r: 5, fill: "var(--bp-forward)" }),
      shape("text", { x: x(-3), y: 136, class: "soft" }, "z: −3"), shape("text", { x: x(3), y: 136, "text-anchor": "end", class: "soft" }, "3"),
    );
    if (whole && known("back") && v.back) {
      const inWidth = 46;
      const outWidth = known("delta_A") ? inWidth * clamp(slope, 0.02, 1) : 0;
      const [cy, x1, x2, x3] = [78, 304, 258, 206];
      if (outWidth) lens.append(shape("polygon", {
        points: `${x2},${cy - inWidth / 2} ${x3},${cy - outWidth / 2} ${x3 - 36},${cy - outWidth / 2} ${x3 - 36},${cy + outWidth / 2} ${x3},${cy + outWidth / 2} ${x2},${cy + inWidth / 2}`,
        fill: "var(--bp-error)", opacity: 0.55,
      }));
      lens.append(
        shape("rect", { x: x2, y: cy - inWidth / 2, width: x1 - x2, height: inWidth, fill: "var(--bp-error)", opacity: 0.55 }),
        shape("text", { x: x1, y: 48, "text-anchor": "end" }, `comes back ${number(at(v.back, j, sample))}`),
      );
      if (known("delta_A") && v.delta_A) lens.append(shape("text", { x: 168, y: 118 }, `passes ${number(at(v.delta_A, j, sample))}`));
    }
    lens.setAttribute("aria-label", `Hidden unit ${j}: z is ${number(z)}, tanh is as steep as ${number(slope)} there.`);
  };

  // The tables are made once; afterwards only what has changed is written.
  const tableOf = (key) => {
    const kept = { table: element("table", { style: `--tone: var(--bp-${TONES[key] ?? "forward"})`, "data-name": key }), cells: [], shape: "" };
    kept.caption = element("caption");
    return kept;
  };
  const write = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };
  const dress = (node, names) => {
    if (node.className !== names) node.className = names;
  };
  const COLUMN_IS_SAMPLE = ["X", "Y", "Z", "H", "Y_hat", "delta_B", "back", "delta_A"];
  const fillTable = (kept, key, v) => {
    const M = v[key];
    const like = { delta_B: Y, grad_B: B, back: v.Z, delta_A: v.Z, grad_A: A }[key] ?? M;
    const { rows, columns } = M ?? like;
    const hidden = !known(key) && !GROUPS["given: inputs, weights, targets"].includes(key);
    const fits = M && rows === like.rows && columns === like.columns;
    const off = fits && !hidden ? v[`off_${key}`] : null;
    if (kept.shape !== `${rows} ${columns}`) {
      kept.shape = `${rows} ${columns}`;
      kept.cells = Array.from({ length: rows * columns }, () => element("td"));
      kept.table.replaceChildren(kept.caption, ...Array.from({ length: rows }, (_, i) => element("tr", {}, ...kept.cells.slice(i * columns, (i + 1) * columns))));
    }
    dress(kept.table, `bp-matrix${USED[here()].includes(key) ? " lit" : ""}${hidden || !M ? " empty" : ""}`);
    write(kept.caption, `${SHOWN[key]} (${rows}, ${columns})${off ? " ✕ wrong" : key === "Z" && offset.data.some((v) => v !== 0) ? " ✎ set by hand" : ""}`);
    dress(kept.caption, off ? "bp-wrong" : "");
    kept.cells.forEach((cell, place) => {
      const [i, j] = [Math.floor(place / columns), place % columns];
      const wrong = Boolean(off && at(off, i, j) > 0);
      const isSample = COLUMN_IS_SAMPLE.includes(key) && j === sample;
      const isPicked = (key === picked.kind && picked.i === i && (["A", "B"].includes(key) ? picked.j : sample) === j) || (key === `grad_${picked.kind}` && picked.i === i && picked.j === j);
      dress(cell, [isSample && "chosen", isPicked && "picked", wrong && "off"].filter(Boolean).join(" "));
      write(cell, hidden ? "·" : M ? number(at(M, i, j)) + (wrong ? " ✕" : key === "Z" && byHand(i, j) ? " ✎" : "") : "?");
    });
  };
  const all = whole ? Object.keys(SHOWN) : Object.keys(SHOWN).filter((key) => !["back", "delta_A", "grad_A"].includes(key));
  const kept = Object.fromEntries(all.map((key) => [key, tableOf(key)]));
  const groups = Object.entries(GROUPS).map(([title, keys]) => {
    const mine = keys.filter((key) => key in kept);
    const group = element("div", {}, element("p", { class: "bp-head" }, title), element("div", { class: "bp-matrices" }, ...mine.map((key) => kept[key].table)));
    tables.append(group);
    return [group, mine];
  });

  const drawTables = (v) => {
    const narrow = width() < 620;
    for (const [group, keys] of groups) {
      const shown = keys.filter((key) => !narrow || USED[here()].includes(key));
      group.hidden = !shown.length;
      for (const key of keys) {
        kept[key].table.hidden = !shown.includes(key);
        if (shown.includes(key)) fillTable(kept[key], key, v);
      }
    }
    write(columnNote, `Every matrix, with its shape. A column is a sample; the framed one, sample ${sample}, stands in the picture.${narrow ? " Only what this step uses is shown." : ""}${passed ? " A and B are new; all other numbers are still those that they moved by." : ""}`);
  };

  const drawComparison = (v, loss) => {
    const size = nudge.value;
    const { kind, i, j } = picked;
    const gradient = { A: "grad_A", B: "grad_B", Z: "delta_A" }[kind];
    const column = kind === "Z" ? sample : j;
    const moved = { A: copyOf(A), B: copyOf(B), Y: copyOf(Y), offset: copyOf(offset) };
    if (kind === "Z") put(moved.offset, i, sample, at(offset, i, sample) + size);
    else put(moved[kind], i, kind === "Y" ? sample : j, read() + size);
    const actual = networkLoss(moved.A, moved.B, X, moved.Y, "tanh", moved.offset) - loss;
    write(nudged, `Nudge ${label(picked)}: how far does the loss move?`);
    if (!(v[gradient] && known(gradient)) || passed) {
      compare.textContent = `By ${significant(actual, 3)}.${kind === "Y" ? "" : passed ? " The weights are new, and their slopes not yet known: next pass." : " Step on to its slope, which predicts that."}`;
      return;
    }
    const predicted = at(v[gradient], i, column) * size;
    const most = Math.max(Math.abs(predicted), Math.abs(actual), 1e-12);
    // from the middle: what sinks to the left, what rises to the right
    const bar = (what, value, tone) => element(
      "div", { class: "bp-bar" },
      element("span", {}, what), element("span", {}, significant(value, 3)),
      element("span", { "aria-hidden": "true", class: "bp-signed", "data-side": value < 0 ? "left" : "right" },
        element("span", { style: `background:var(--bp-${tone});width:${(50 * Math.abs(value)) / most}%;${value < 0 ? "right" : "left"}:50%` })),
    );
    const wrong = Boolean(v[`off_${gradient}`] && at(v[`off_${gradient}`], i, column));
    compare.replaceChildren(
      bar("slope × nudge", predicted, "error"),
      bar("measured", actual, "forward"),
      element("span", wrong ? { class: "bp-wrong" } : {}, wrong ? "✕ They part, however small the nudge: this slope is not right." : compared(predicted, actual, most)),
    );
  };
  const compared = (predicted, actual, most) => {
    const apart = Math.abs(predicted - actual) / most;
    if (most <= 1e-12) return "Neither moves.";
    if (apart < 5e-4) return "The same to three digits.";
    const share = `${significant(100 * apart)} % apart`;
    if (apart > 1) return "They do not even have one sign: with so large a nudge the slope changes on the way, and turns round. Make it smaller.";
    return apart < 0.05 ? `Nearly the same: ${share}. The smaller the nudge, the nearer.`
      : `${share}: with so large a nudge the slope changes on the way. Make it smaller.`;
  };

  const unwatch = watch(body, draw);
  recall();
  changed();
  draw();
  return () => {
    stop();
    moving.stop();
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference };
