// The chain rule on the smallest network: values forward, then slopes back, one product at a time.

import { slopeAt } from "../mathematics.js";
import {
  button, clamp, connection, element, frame, handle, hideStill, legend, motion, number, onceAFrame,
  shape, slider, tick, watch,
} from "../base.js";

// Where a box stands: how far along the chain, and in which lane.
const BOXES = {
  a: [0, -1], x: [0, 1], z: [1, 0], h: [2, 0], b: [2.5, -1], ŷ: [3, 0], y: [3.5, 1], e: [4, 0], L: [5, 0],
};
// One weight in both places stands between the two boxes that use it.
const SHARED = [2, -1];
const MADE = {
  z: { from: ["a", "x"], says: "z = a · x" }, h: { from: ["z"], says: "h = tanh z" },
  ŷ: { from: ["b", "h"], says: "ŷ = b · h" }, e: { from: ["ŷ", "y"], says: "error = ŷ − y" },
  L: { from: ["e"], says: "L = ½ error²" },
};
const FORWARD = ["z", "h", "ŷ", "e", "L"];
// The way back: box, the box it was reached from, what the local slope is, and why.
const BACK = [
  ["e", "L", "e", "½ error² is as steep as the error"], ["ŷ", "e", "1", "the error goes as far as ŷ goes"],
  ["b", "ŷ", "h", "b is multiplied by h"], ["h", "ŷ", "b", "h is multiplied by b"],
  ["z", "h", "tanh′(z)", "so steep is tanh at z"], ["a", "z", "x", "a is multiplied by x"],
];

export function values({ a, b, x, y }) {
  const z = a * x;
  const h = Math.tanh(z);
  const ŷ = b * h;
  const e = ŷ - y;
  return { a, b, x, y, z, h, ŷ, e, L: 0.5 * e * e };
}

export function slopes(v) {
  const local = { e: v.e, ŷ: 1, b: v.h, h: v.b, z: slopeAt(v.z), a: v.x };
  const total = { L: 1 };
  for (const [box, from] of BACK) total[box] = total[from] * local[box];
  return { local, total };
}

function reference(point) {
  const { total } = slopes(values(point));
  return { mine: [total.a, total.b], off: [false, false], problems: {} };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { root, body, say, complain, lent } = frame(
    el, "A slope finds its way back",
    "A network of one hidden unit. Step forward: its values, up to the loss L. Step on, back: how strongly L answers to each of them, one multiplication at a time. Change a, b, x and y on the way.",
  );
  const showStill = hideStill(el);
  const moving = motion();
  const point = { a: 0.5, b: 1.5, x: 2, y: 0.5 };
  for (const name of Object.keys(point)) {
    const given = settings.state?.point?.[name];
    if (Number.isFinite(given)) point[name] = clamp(given, -3, 3);
  }
  let tied = false;
  let step = Number.isInteger(settings.state?.step) ? settings.state.step : 0;
  let share = 1;
  let answer = null;
  let count = 0;
  let playing = 0;
  const last = () => FORWARD.length + BACK.length + (tied ? 1 : 0);

  const back = button("◀ back", () => go(step - 1));
  const forth = button("step ▶", () => go(step + 1));
  const play = button("play", () => (playing ? stop() : start()), { "aria-pressed": "false" });
  const again = button("start again", () => {
    stop();
    go(0);
  });
  const fork = tick("let a and b be one and the same weight, w", false, (to) => {
    tied = to;
    if (tied) point.b = point.a;
    step = Math.min(step, last());
    changed();
  });
  const sliders = Object.fromEntries(
    ["a", "b", "x", "y"].map((name) => [name, slider(name, { low: -3, high: 3, step: 0.05, value: point[name] }, (value) => set(name, value))]),
  );
  const picture = shape("svg", { role: "group", "aria-label": "the chain from the weights to the loss" });
  const state = element("p", { class: "bp-state bp-says" });
  const mine = element("p", { class: "bp-state" });
  const pictureBox = element("div", { style: "width:100%" }, picture);
  body.append(
    element("div", { class: "bp-row" }, back, forth, play, again, fork),
    state, pictureBox,
    legend(["line", "forward", "a value, forward"], ["dashes", "error", "a slope, back: how many times as far L moves"]),
    mine, element("div", { class: "bp-row bp-tight" }, ...Object.values(sliders)),
  );

  const set = (name, value) => {
    point[name] = clamp(value, -3, 3);
    if (tied && (name === "a" || name === "b")) point.a = point.b = point[name];
    changed();
  };
  const go = (to) => {
    if (to < 0 || to > last()) return;
    const forwards = to > step;
    step = to;
    if (!forwards) {
      share = 1;
      draw();
    } else moving.run((t) => {
      share = t;
      draw();
    }, 700);
  };
  const start = () => {
    play.textContent = "pause";
    play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => (step >= last() ? stop() : go(step + 1)), 1600);
    go(step >= last() ? 0 : step + 1);
  };
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "play";
    play.setAttribute("aria-pressed", "false");
  };

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : trouble()),
  });
  const trouble = () => Object.values(answer?.problems ?? {}).join("\n");
  const changed = () => {
    for (const name of Object.keys(sliders)) sliders[name].value = point[name];
    redraw();
    count += 1;
    const now = count;
    link.ask({ ...point }, (reply) => {
      answer = reply;
      complain(trouble());
      root.dataset.answered = String(now);
      redraw();
    });
  };

  const grips = {};
  for (const name of ["a", "b", "x", "y"]) grips[name] = handle(shape("rect", { rx: 6, fill: "transparent" }), name, {
    moved: (dx, dy) => set(name, point[name] + (dx - dy) * 0.02),
    stepped: (dx, dy) => set(name, point[name] + 0.05 * (dx + dy)),
  });

  const forwardDone = (box) => FORWARD.indexOf(box) < step;
  const backDone = (box) => {
    const place = BACK.findIndex(([b]) => b === box);
    return place >= 0 && place < step - FORWARD.length;
  };
  const tone = (box) => (box === "a" ? "a" : box === "b" ? "b" : "forward");

  const spot = (box) => (tied && (box === "a" || box === "b") ? SHARED : BOXES[box]);
  const called = (box) => (box === "e" ? "error" : tied && (box === "a" || box === "b") ? "w" : box);
  const made = (box) => MADE[box].says.replace(/^(.*= )[ab]( ·)/, (all, start, end) => (tied ? `${start}w${end}` : all));
  const fontOf = (text) => (text.length > 12 ? "font-size:9.5px" : text.length > 10 ? "font-size:11px" : null);

  const draw = () => {
    const v = values(point);
    const { local, total } = slopes(v);
    const W = clamp(pictureBox.clientWidth || 600, 270, 900);
    const upright = W < 620;
    const H = upright ? 650 : 264;
    const [wide, high] = [W < 800 ? 76 : 84, 40];
    const middle = ([along, lane]) => upright
      ? [W / 2 + lane * (W / 2 - wide / 2 - 2), 46 + (along * (H - 96)) / 5]
      : [wide / 2 + 6 + (along * (W - wide - 12)) / 5, H / 2 + 2 + lane * 84];
    picture.setAttribute("width", W);
    picture.setAttribute("height", H);
    picture.setAttribute("viewBox", `0 0 ${W} ${H}`);
    const focused = Object.values(grips).find((grip) => grip === document.activeElement);
    picture.replaceChildren();
    const now = step <= FORWARD.length ? FORWARD[step - 1] : BACK[step - FORWARD.length - 1]?.[0];
    const backNow = step > FORWARD.length;
    const ends = (from, to) => {
      const [p, q] = [middle(spot(from)), middle(spot(to))];
      const cut = (start, end) => {
        const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
        const k = Math.min(Math.abs(dx) > 1e-6 ? (wide / 2 + 3) / Math.abs(dx) : 9, Math.abs(dy) > 1e-6 ? (high / 2 + 3) / Math.abs(dy) : 9);
        return [start[0] + k * dx, start[1] + k * dy];
      };
      return [cut(p, q), cut(q, p)];
    };
    const connect = (from, to, attributes, t1 = 1) => {
      const [[x1, y1], [x2, y2]] = ends(from, to);
      picture.append(shape("line", { x1, y1, x2: x1 + t1 * (x2 - x1), y2: y1 + t1 * (y2 - y1), ...attributes }));
    };
    for (const [box, { from }] of Object.entries(MADE))
      for (const part of from) {
        connect(part, box, { stroke: "var(--bp-line)", "stroke-width": 2 });
        if (!backNow && now === box) connect(part, box, { stroke: "var(--bp-forward)", "stroke-width": 4 }, share);
      }
    const factors = [];
    for (const [box, from, factor] of BACK) {
      const active = backNow && now === box;
      if (!active && !backDone(box)) continue;
      connect(from, box, { stroke: "var(--bp-error)", "stroke-width": active ? 5 : 2.5, "stroke-dasharray": "6 4" }, active ? share : 1);
      // what arrives is multiplied by this on its way; a fork's two shares stand beside their edges
      const isShare = tied && (box === "a" || box === "b");
      const [[x1, y1], [x2, y2]] = ends(from, box);
      const flat = Math.abs(y1 - y2) < 1;
      const side = isShare && box === "a" ? -1 : upright && box === "b" ? -1 : 1;
      const away = flat ? 0 : upright && Math.abs(x1 - x2) < 1 ? 9 : 12;
      factors.push(shape("text", {
        x: (x1 + x2) / 2 + side * away, y: (y1 + y2) / 2 + (flat ? -7 : upright && box === "b" ? 14 : 4),
        "text-anchor": flat ? "middle" : side < 0 ? "end" : "start", style: "font-size:11px",
        class: `bp-error-text bp-outlined${active ? "" : " faint"}`,
      }, `×${number(local[box])}${isShare ? ` = ${number(total[box])}` : ""}`));
    }
    for (const box of Object.keys(BOXES)) {
      if (tied && box === "b") continue;
      const [x, y] = middle(spot(box));
      const free = box in grips;
      const known = free || forwardDone(box);
      const lit = now === box || (tied && box === "a" && (now === "b" || step === last()));
      const text = `${called(box)} = ${known ? number(v[box]) : "?"}`;
      picture.append(
        shape("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: 6, fill: lit ? "var(--bp-lit)" : free ? "var(--bp-raised)" : "var(--bp-paper)", stroke: `var(--bp-${tone(box)})`, "stroke-width": lit ? 3 : 1.8 }),
        shape("text", { x, y: y + 4, "text-anchor": "middle", style: fontOf(text) }, text),
      );
      const slope = box === "L" ? (backNow ? "dL/dL = 1" : null)
        : tied && box === "a" ? (step === last() ? `dL/dw = ${number(total.a + total.b)}` : null)
        : backDone(box) ? `dL/d${called(box)} = ${number(total[box])}` : null;
      const beside = tied && upright && box === "a"; // the edge to z leaves there
      if (slope) picture.append(shape("text", { x: beside ? 0 : clamp(x, 48, W - 48), y: spot(box)[1] < 0 || (!upright && box === "e") ? y - high / 2 - 8 : y + high / 2 + 16, "text-anchor": beside ? "start" : "middle", style: beside ? "font-size:11px" : null, class: "bp-error-text bp-outlined" }, slope));
      if (free) {
        const grip = grips[box];
        for (const [key, value] of Object.entries({ x: x - wide / 2, y: y - high / 2, width: wide, height: high })) grip.setAttribute(key, value);
        grip.setAttribute("aria-label", called(box));
        grip.tell(point[box], number(point[box]));
        picture.append(grip);
      }
    }
    picture.append(...factors);
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    sliders.b.hidden = tied;
    sliders.a.name(called("a"));
    back.disabled = step === 0;
    forth.disabled = step >= last();
    state.textContent = words(v, local, total);
    const finished = step >= FORWARD.length + BACK.length;
    mine.textContent = "";
    if (settings.function && answer?.mine && finished) {
      mine.replaceChildren(`your ${settings.function}: `, ...["a", "b"].flatMap((name, i) => [
        element("span", { class: answer.off[i] ? "bp-wrong" : "bp-right" }, `dL/d${name} = ${number(answer.mine[i])} ${answer.off[i] ? "✕ not what nudging finds" : "✓"}`), i ? "" : ", ",
      ]));
    }
    say(`Step ${step} of ${last()}. ${state.textContent} ${mine.textContent} a ${number(v.a)}, b ${number(v.b)}, x ${number(v.x)}, y ${number(v.y)}.`);
    model.remember?.({ point, step });
  };
  const words = (v, local, total) => {
    if (step === 0) return "Four numbers: two weights, an input x, a target y. Step on to see what becomes of them.";
    if (step <= FORWARD.length) {
      const box = FORWARD[step - 1];
      return `Forward: ${made(box)} = ${number(v[box], 3)}.${box === "L" ? " Now back: how strongly does L answer to each value? To itself one to one, so the way starts with dL/dL = 1." : ""}`;
    }
    const part = BACK[step - FORWARD.length - 1];
    if (!part) return `A fork adds: w is used in two places, and L answers to both: dL/dw = ${number(total.a, 3)} + ${number(total.b, 3)} = ${number(total.a + total.b, 3)}.`;
    const [box, from, factor, why] = part;
    const use = tied && box === "b" ? "its use in ŷ" : tied && box === "a" ? "its use in z" : "";
    const name = use ? `dL/dw, by ${use}` : `dL/d${called(box)}`;
    return `Back to ${called(box)}: ${name} = dL/d${called(from)} · ${called(factor)} = ${number(total[from], 3)} · ${number(local[box], 3)} = ${number(total[box], 3)}, since ${tied ? why.replace(/\b[ab]\b/g, "w") : why}.`;
  };
  const redraw = onceAFrame(draw);

  const unwatch = watch(body, draw);
  step = clamp(step, 0, last());
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

export default { render, reference, values, slopes };
