// Backpropagation, one step at a time: a network with every number, forward and back.
//
// What flows forward is computed here. Error terms and gradients come from the reader's functions,
// with marks where an entry is not the slope that nudging finds.

import {
  at, copyOf, forward, gradients, matrix, meanLoss, networkLoss, plus, put, slopeAt,
  slopesInHidden, slopesInPredictions,
} from "../mathematics.js";
import {
  button, choice, clamp, connection, element, frame, handle, hideStill, motion, number, onceAFrame,
  settingsMatrix, shape, significant, slider, still, tick, watch,
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
  { key: "Z", line: 0, says: "Forward. Each hidden unit adds up its weighted inputs: Z." },
  { key: "H", line: 0, says: "Forward. tanh squeezes each sum between −1 and 1: H." },
  { key: "Y_hat", line: 0, says: "Forward. Each output adds up what the hidden units say: Ŷ." },
  { key: "loss", line: 1, says: "Compare. The loss says in one number how far Ŷ is from Y." },
  { key: "delta_B", line: 2, says: "Back. How does the loss answer to each prediction? Δ_B." },
  { key: "grad_B", line: 3, says: "Each weight of B: the error at its end meets what came in." },
  { key: "back", line: 4, says: "Back. The errors return along the weights of B and add up at each hidden unit." },
  { key: "delta_A", line: 4, says: "Back through tanh: where it is flat, little error passes. Δ_A." },
  { key: "grad_A", line: 5, says: "Each weight of A: the error at its end meets its input." },
  { key: "update", line: 6, says: "Step. Each weight moves against its slope, and the loss answers." },
];
const SHOWN = {
  A: "A", X: "X", Z: "Z", H: "H", B: "B", Y_hat: "Ŷ", Y: "Y", delta_B: "Δ_B",
  grad_B: "gradient of B", back: "error sent back", delta_A: "Δ_A", grad_A: "gradient of A",
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
    "Step through one pass. Move a weight, a target or a sum z, and see who notices.",
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
  let before = null;
  let changes = 0;

  const startAgain = () => {
    A = copyOf(start.A);
    B = copyOf(start.B);
    Y = copyOf(start.Y);
    offset = matrix(A.rows, X.columns);
    before = null;
  };
  startAgain();

  const values = () => ({ A, B, X, Y, ...forward(A, B, X, "tanh", offset), ...answer });
  const here = () => steps[step].key;
  const known = (key) => steps.findIndex((s) => s.key === key) <= step;

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
  const where = element("p", { class: "bp-state" });
  const lines = element(
    "ol", { class: "bp-lines", "aria-label": "the pseudocode" },
    ...LINES.map((text, i) => element("li", { hidden: !whole && (i === 4 || i === 5) }, text)),
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
  const nudge = slider("nudge by", { low: 0.001, high: 1, value: 0.05, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const rateA = slider("step size A", { low: 0.01, high: 10, value: 0.5, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const rateB = slider("step size B", { low: 0.01, high: 10, value: 0.5, logarithmic: true, show: (v) => significant(v) }, () => draw());
  const picture = shape("svg", { role: "group", "aria-label": "the network: arrow keys choose and change what is moved" });
  const lens = shape("svg", { role: "img" });
  const compare = element("div", { class: "bp-note" });
  const tables = element("div", { class: "bp-matrices" });
  const left = element("div", { class: "bp-grow", style: "flex-basis:420px" }, picture);
  const right = element("div", { style: "flex:1 1 250px;max-width:330px" }, lines, lens);
  body.append(
    element("div", { class: "bp-row" }, back, forth, play, again, samples),
    where,
    element("div", { class: "bp-columns" }, left, right),
    element("div", { class: "bp-row" }, move, amount, nudge),
    compare,
    element("div", { class: "bp-row" }, whole ? rateA : null, rateB),
    tables,
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
      : at(forward(A, B, X, "tanh", offset).Z, i, sample);
  const set = (value) => {
    value = clamp(value, -6, 6);
    const { kind, i, j } = picked;
    if (kind === "A") put(A, i, j, value);
    else if (kind === "B") put(B, i, j, value);
    else if (kind === "Y") put(Y, i, sample, value);
    else put(offset, i, sample, at(offset, i, sample) + value - read());
    before = null;
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
      before = null;
    }
    if (to < 0) return;
    const forwards = to > step;
    step = to;
    if (here() === "update" && forwards) update();
    model.remember?.({ step });
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
  const update = () => {
    before = networkLoss(A, B, X, Y, "tanh", offset);
    if (answer?.grad_A && whole) A = plus(A, answer.grad_A, -rateA.value);
    if (answer?.grad_B) B = plus(B, answer.grad_B, -rateB.value);
    changed();
  };
  const start_playing = () => {
    play.textContent = "pause";
    play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => (step === steps.length - 1 ? stop() : go(step + 1)), 2000);
    go(step === steps.length - 1 ? 0 : step + 1);
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
      root.dataset.answered = String(mine);
      draw();
    });
  };

  // Drawing

  const geometry = () => {
    const W = clamp(left.clientWidth || 420, 280, 760);
    const H = Math.max(74 * Math.max(A.rows, X.rows) + 10, 270);
    const column = (rows, i) => (H * (i + 0.5)) / rows;
    return {
      W, H, r: W < 400 ? 17 : 20,
      x: (i) => [W * 0.08, column(X.rows, i)],
      h: (j) => [W * 0.44, column(A.rows, j)],
      o: (k) => [W * 0.76, column(B.rows, k)],
      t: (k) => [W * 0.94, column(B.rows, k)],
    };
  };

  const draw = () => {
    const v = values();
    const loss = meanLoss(v.Y_hat, Y);
    back.disabled = step === 0;
    forth.textContent = step === steps.length - 1 ? "next pass ▶" : "step ▶";
    [...lines.children].forEach((line, i) => {
      if (i === steps[step].line) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    const told = before === null || here() !== "update" ? `loss ${number(loss, 4)}`
      : `loss ${number(before, 4)} before, ${number(loss, 4)} after`;
    where.textContent = `${steps[step].says} ${known("loss") ? `(${told})` : ""}`;
    drawNetwork(v, loss);
    drawLens(v);
    drawTables(v);
    drawComparison(v, loss);
    say(`Step ${step + 1} of ${steps.length}. ${where.textContent} ${label(picked)} is ${number(read())}. ${compare.textContent}`);
  };
  const redraw = onceAFrame(draw);

  const edge = (from, to, r) => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    return [from[0] + (dx * r) / length, from[1] + (dy * r) / length, to[0] - (dx * r) / length, to[1] - (dy * r) / length];
  };

  const drawNetwork = (v, loss) => {
    const g = geometry();
    const focused = picture.contains(document.activeElement);
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 ${g.W} ${g.H + 26}`);
    picture.setAttribute("width", g.W);
    picture.setAttribute("height", g.H + 26);
    const words = g.W < 400 ? ["in", "hidden", "out", "target"] : ["inputs", "hidden", "predictions", "targets"];
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
      if (here() === "back" && kind === "B" && j === unitInLens() && v.delta_B) notes.push([
        x1 + (x2 - x1) * 0.5, y1 + (y2 - y1) * 0.5 - 4, `${number(w)} · ${number(at(v.delta_B, i, sample))}`,
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
      text(x, y + 4, empty ? "·" : number(value), { style: `font-size:${g.r < 18 ? 10.5 : 12}px` });
      text(x, y + g.r + 13, name, { class: "soft" });
    };
    const text = (x, y, what, attributes = {}) =>
      picture.append(shape("text", { x, y, "text-anchor": "middle", "pointer-events": "none", ...attributes }, what));
    for (let i = 0; i < X.rows; i++) unit(g.x(i), at(X, i, sample), `x${INDEX[i]}`);
    const sent = largest(v.back);
    for (let j = 0; j < A.rows; j++) {
      const [x, y] = g.h(j);
      const squeezed = known("H");
      unit([x, y], at(squeezed ? v.H : v.Z, j, sample), `${squeezed ? "h" : "z"}${INDEX[j]}`, {
        fillShare: here() === "back" && v.back ? at(v.back, j, sample) / sent
          : here() === "delta_A" && v.delta_A ? at(v.delta_A, j, sample) / sent : null,
      });
      const error = known("delta_A") ? v.delta_A : known("back") ? v.back : null;
      if (error) text(x, y - g.r - 5, `${known("delta_A") ? "δ" : "sum"} ${number(at(error, j, sample))}`, { class: "bp-error-text" });
      grip(shape("circle", { cx: x, cy: y, r: g.r, fill: "transparent", stroke: same(picked, { kind: "Z", i: j, j: 0 }) ? "var(--bp-ink)" : "none", "stroke-width": 4 }), { kind: "Z", i: j, j: 0 });
    }
    for (let k = 0; k < B.rows; k++) {
      const [x, y] = g.o(k);
      const [tx, ty] = g.t(k);
      unit([x, y], at(v.Y_hat, k, sample), `ŷ${INDEX[k]}`, { empty: !known("Y_hat") });
      if (known("loss")) picture.append(shape("line", { x1: x + g.r, y1: y, x2: tx - g.r, y2: ty, stroke: "var(--bp-error)", "stroke-width": 2, "stroke-dasharray": "4 3" }));
      if (known("delta_B") && v.delta_B) text(x, y - g.r - 5, `δ ${number(at(v.delta_B, k, sample))}`, { class: "bp-error-text" });
      picture.append(shape("rect", { x: tx - g.r, y: ty - g.r, width: 2 * g.r, height: 2 * g.r, rx: 4, fill: "var(--bp-paper)", stroke: "var(--bp-forward)", "stroke-width": 2 }));
      text(tx, ty + 4, number(at(Y, k, sample)));
      text(tx, ty + g.r + 13, `y${INDEX[k]}`, { class: "soft" });
      grip(shape("rect", { x: tx - g.r, y: ty - g.r, width: 2 * g.r, height: 2 * g.r, rx: 4, fill: "transparent", stroke: same(picked, { kind: "Y", i: k, j: 0 }) ? "var(--bp-ink)" : "none", "stroke-width": 4 }), { kind: "Y", i: k, j: 0 });
    }
    for (const [x, y, what] of notes) text(x, y, what, { class: "bp-error-text bp-outlined" });
    for (const [x, what] of heads) text(clamp(x, 24, g.W - 26), g.H + 20, what, { class: "soft" });
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
          pick(list[(place + dx + list.length) % list.length], true);
        }
      },
    });
    node.setAttribute("tabindex", mine ? "0" : "-1");
    node.tell(read(thing), `${number(read(thing))}; up and down change it, left and right choose another`);
    picture.append(node);
  };

  const unitInLens = () => (picked.kind === "B" ? picked.j : picked.kind === "Y" ? 0 : picked.i);
  const drawLens = (v) => {
    const j = unitInLens();
    lens.replaceChildren();
    const W = 250, H = 128;
    lens.setAttribute("viewBox", `0 0 ${W} ${H}`);
    lens.setAttribute("width", W);
    lens.setAttribute("height", H);
    const z = at(v.Z, j, sample);
    const slope = slopeAt(z);
    const x = (u) => 70 + u * 21;
    const y = (u) => 62 - u * 34;
    const points = Array.from({ length: 61 }, (_, i) => -3 + i / 10).map((u) => `${x(u)},${y(Math.tanh(u))}`);
    const shown = clamp(z, -3, 3);
    const h = Math.tanh(shown);
    lens.append(
      shape("text", { x: 4, y: 14, class: "soft" }, `hidden unit ${j}: tanh at z = ${number(z)}`),
      shape("line", { x1: x(-3), x2: x(3), y1: y(0), y2: y(0), stroke: "var(--bp-line)" }),
      shape("polyline", { points: points.join(" "), fill: "none", stroke: "var(--bp-forward)", "stroke-width": 2 }),
      shape("line", { x1: x(shown - 0.9), y1: y(h - 0.9 * slope), x2: x(shown + 0.9), y2: y(h + 0.9 * slope), stroke: "var(--bp-ink)", "stroke-width": 2, "stroke-dasharray": "5 3" }),
      shape("circle", { cx: x(shown), cy: y(h), r: 5, fill: "var(--bp-forward)" }),
      shape("text", { x: 4, y: 120 }, `steepness here: ${number(slope)}`),
    );
    if (whole && known("back") && v.back) {
      const inWidth = 46;
      const outWidth = known("delta_A") ? inWidth * clamp(slope, 0.02, 1) : 0;
      const [cy, x1, x2, x3] = [62, 240, 195, 150];
      if (outWidth) lens.append(shape("polygon", {
        points: `${x2},${cy - inWidth / 2} ${x3},${cy - outWidth / 2} ${x3 - 8},${cy - outWidth / 2} ${x3 - 8},${cy + outWidth / 2} ${x3},${cy + outWidth / 2} ${x2},${cy + inWidth / 2}`,
        fill: "var(--bp-error)", opacity: 0.55,
      }));
      lens.append(
        shape("rect", { x: x2, y: cy - inWidth / 2, width: x1 - x2, height: inWidth, fill: "var(--bp-error)", opacity: 0.55 }),
        shape("text", { x: x1, y: 32, "text-anchor": "end" }, `comes back ${number(at(v.back, j, sample))}`),
      );
      if (known("delta_A") && v.delta_A) lens.append(shape("text", { x: x1, y: 104, "text-anchor": "end" }, `passes ${number(at(v.delta_A, j, sample))}`));
    }
    lens.setAttribute("aria-label", `Hidden unit ${j}: z is ${number(z)}, tanh is as steep as ${number(slope)} there.`);
  };

  const tableOf = (key, v) => {
    const M = v[key];
    const model_ = { delta_B: Y, grad_B: B, back: v.Z, delta_A: v.Z, grad_A: A }[key] ?? M;
    const hidden = !known({ A: "Z", X: "Z", B: "Y_hat", Y: "loss" }[key] ?? key) && !["A", "X", "B", "Y"].includes(key);
    const fits = M && M.rows === model_.rows && M.columns === model_.columns;
    const off = fits && !hidden ? v[`off_${key}`] : null;
    const table = element("table", {
      class: `bp-matrix${USED[here()].includes(key) ? " lit" : ""}${hidden || !M ? " empty" : ""}`,
      style: `--tone: var(--bp-${TONES[key] ?? "forward"})`, "data-name": key,
    }, element("caption", {}, `${SHOWN[key]} (${(M ?? model_).rows}, ${(M ?? model_).columns})`, off ? element("span", { class: "bp-wrong" }, " ✕ wrong") : null));
    for (let i = 0; i < (M ?? model_).rows; i++) {
      const row = element("tr");
      for (let j = 0; j < (M ?? model_).columns; j++) {
        const wrong = off && at(off, i, j) > 0;
        const isSample = ["X", "Y", "Z", "H", "Y_hat", "delta_B", "back", "delta_A"].includes(key) && j === sample;
        const isPicked = (key === picked.kind && (["A", "B"].includes(key) ? picked.i === i && picked.j === j : picked.i === i && j === sample)) || (key === `grad_${picked.kind}` && picked.i === i && picked.j === j);
        row.append(element("td", { class: `${isSample ? "chosen " : ""}${isPicked ? "picked " : ""}${wrong ? "off" : ""}`.trim() || null, title: wrong ? "not what nudging finds" : null }, hidden ? "·" : M ? number(at(M, i, j)) + (wrong ? " ✕" : "") : "?"));
      }
      table.append(row);
    }
    return table;
  };

  const drawTables = (v) => {
    const narrow = width() < 620;
    const all = whole ? Object.keys(SHOWN) : Object.keys(SHOWN).filter((key) => !["back", "delta_A", "grad_A"].includes(key));
    const shown = narrow ? all.filter((key) => USED[here()].includes(key)) : all;
    tables.replaceChildren(...shown.map((key) => tableOf(key, v)));
  };

  const drawComparison = (v, loss) => {
    const size = nudge.value;
    const { kind, i, j } = picked;
    const slopes = { A: v.grad_A, B: v.grad_B, Z: v.delta_A }[kind];
    const column = kind === "Z" ? sample : j;
    const moved = { A: copyOf(A), B: copyOf(B), Y: copyOf(Y), offset: copyOf(offset) };
    if (kind === "Z") put(moved.offset, i, sample, at(offset, i, sample) + size);
    else put(moved[kind], i, kind === "Y" ? sample : j, read() + size);
    const actual = networkLoss(moved.A, moved.B, X, moved.Y, "tanh", moved.offset) - loss;
    const usable = slopes && known({ A: "grad_A", B: "grad_B", Z: "delta_A" }[kind] ?? "update");
    if (!usable) {
      compare.textContent = kind === "Y"
        ? `Nudge ${label(picked)} by ${significant(size)}: the loss moves by ${significant(actual, 3)}.`
        : `Nudge ${label(picked)} by ${significant(size)}: the loss moves by ${significant(actual, 3)}. Step on to its slope to predict that.`;
      return;
    }
    const predicted = at(slopes, i, column) * size;
    const apart = Math.abs(predicted - actual) / Math.max(Math.abs(predicted), Math.abs(actual), 1e-12);
    const most = Math.max(Math.abs(predicted), Math.abs(actual), 1e-12);
    const bar = (what, value, tone) => element(
      "div", { class: "bp-bar" },
      element("span", {}, what), element("span", {}, significant(value, 3)),
      element("span", { "aria-hidden": "true", style: `display:inline-block;height:10px;background:var(--bp-${tone});width:${(120 * Math.abs(value)) / most}px` }),
    );
    const wrong = Boolean(v[`off_${{ A: "grad_A", B: "grad_B", Z: "delta_A" }[kind]}`] && at(v[`off_${{ A: "grad_A", B: "grad_B", Z: "delta_A" }[kind]}`], i, column));
    compare.replaceChildren(
      `Nudge ${label(picked)} by ${significant(size)}. How far does the loss move?`,
      bar("predicted (slope × nudge)", predicted, "error"),
      bar("measured", actual, "forward"),
      element("span", wrong ? { class: "bp-wrong" } : {}, wrong ? "✕ They part, however small the nudge: this slope is not right."
        : apart < 0.02 ? "They agree." : "They part a little, because the nudge is large: make it smaller."),
    );
  };

  const unwatch = watch(body, draw);
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
