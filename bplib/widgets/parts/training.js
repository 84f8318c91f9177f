// The training playground: a network learns before your eyes, with the reader's `train`.

import {
  ACTIVATIONS, at, epochByNudging, forward, matrix, meanLoss, normalMatrix, put,
  randomNumbers,
} from "../mathematics.js";
import {
  button, channels, choice, clamp, connection, element, frame, hideStill, number, numberField,
  legend, onceAFrame, paper, settingsMatrix, shape, significant, slider, watch,
} from "../base.js";
import { drawChart } from "../maps.js";

const MOST_EPOCHS = 300;
const RATES_A = [0.01, 0.1, 1, 10, 100, 1000];
const RATES_B = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3];
const MAP_EPOCHS = 30;

// Images as letters, A for paper to Q for ink, image after image.
function digitsFrom({ pixels, labels }) {
  const X = matrix(65, labels.length);
  const Y = matrix(10, labels.length);
  for (let n = 0; n < labels.length; n++) {
    for (let i = 0; i < 64; i++) put(X, i, n, (pixels.charCodeAt(64 * n + i) - 65) / 16);
    put(X, 64, n, 1);
    put(Y, Number(labels[n]), n, 1);
  }
  return { X, Y };
}

// One training without Python: every weight is nudged by itself.
function reference({ A, B, X, Y, rate_A, rate_B, epochs, batch, seed, activation }) {
  const random = randomNumbers(seed);
  for (let i = 0; i < epochs; i++) ({ A, B } = epochByNudging(A, B, X, Y, [rate_A, rate_B], batch, random, activation));
  return { A, B, problems: {} };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const sets = Object.fromEntries(
    Object.entries(settings.data).map(([name, set]) => [name, name === "digits"
      ? { title: set.title, ...digitsFrom(set.training), ...Object.fromEntries(Object.entries(digitsFrom(set.test)).map(([k, v]) => [`${k}_test`, v])) }
      : { title: set.title, X: settingsMatrix(set.X), Y: settingsMatrix(set.Y), X_test: settingsMatrix(set.X_test), Y_test: settingsMatrix(set.Y_test) }]),
  );
  const { root, body, say, complain, lent } = frame(
    el, "Training",
    "A network learns by its errors. In an epoch it goes once through all the data, and corrects its weights after every batch. Press play and watch; slide back through the epochs; change what you like.",
  );
  const showStill = hideStill(el);
  const chosen = {
    data: "xor", hidden: 6, activation: "tanh", batch: 10, rate_A: 0.5, rate_B: 0.1, seed: 1,
    ...(settings.state ?? {}),
  };
  if (!(chosen.data in sets)) chosen.data = Object.keys(sets)[0];
  if (!(chosen.activation in ACTIVATIONS)) chosen.activation = "tanh";
  for (const [name, low, high] of [["hidden", 1, 40], ["batch", 1, 1e6], ["rate_A", 0, 1e12], ["rate_B", 0, 1e12], ["seed", 0, 1e9]])
    chosen[name] = Number.isFinite(chosen[name]) ? clamp(chosen[name], low, high) : { hidden: 6, batch: 10, rate_A: 0.5, rate_B: 0.1, seed: 1 }[name];
  let history = [];
  let shown = 0;
  let unit = 0;
  let playing = false;
  let problem = "";
  let closed = false;
  let training = 0;
  let turns = []; // epochs at which a setting was changed
  let sketch = new Float64Array(64);
  let cursor = [3, 3];
  let sample = -1;
  const set = () => sets[chosen.data];
  const images = () => chosen.data === "digits";

  // Controls

  const play = button("play", () => {
    if (!playing && refused()) return;
    playing = !playing;
    tell();
    if (playing) epoch();
  }, { "aria-pressed": "false" });
  const one = button("one epoch ▶", () => {
    playing = false;
    tell();
    if (!refused()) epoch();
  });
  const again = button("start again", () => reset());
  const titles = Object.fromEntries(Object.entries(sets).map(([name, { title }]) => [name, title]));
  const DEFAULTS = {
    xor: { hidden: 6, rate_A: 0.5, rate_B: 0.1, batch: 10 }, moons: { hidden: 6, rate_A: 0.5, rate_B: 0.1, batch: 10 },
    spiral: { hidden: 12, rate_A: 1, rate_B: 0.1, batch: 5 }, digits: { hidden: 24, rate_A: 0.2, rate_B: 0.05, batch: 10 },
  };
  const which = choice("data", titles, chosen.data, (name) => {
    chosen.data = name;
    Object.assign(chosen, DEFAULTS[name] ?? {});
    showChosen();
    rateMap.replaceChildren();
    reset();
  });
  const hidden = slider("hidden units", { low: 1, high: 40, step: 1, value: chosen.hidden, show: (v) => String(v) }, (v) => {
    chosen.hidden = v;
    reset();
  });
  const activation = choice("activation", { tanh: "tanh", sigmoid: "sigmoid", relu: "ReLU" }, chosen.activation, (name) => {
    chosen.activation = name;
    reset();
  });
  const field = (label, name, bounds) => numberField(label, { ...bounds, value: chosen[name], judged: () => judge() }, (v) => {
    chosen[name] = v;
    if (name === "seed") reset();
    else {
      if (history.length > 1 && turns.at(-1) !== history.length - 1) turns.push(history.length - 1);
      draw();
    }
  });
  const batch = field("batch size", "batch", { low: 1, high: 1e6, whole: true });
  const rateA = field("step size A", "rate_A", { low: 0, high: 1e12 });
  const rateB = field("step size B", "rate_B", { low: 0, high: 1e12 });
  const seed = field("random start", "seed", { low: 0, high: 1e9, whole: true });
  // Nothing runs on what does not stand in the fields, nor on no data. What was told stays in its
  // place when it is mended: the page must not move under a hand that is about to press a button.
  let told = false;
  const judge = () => {
    const bad = fields.find((field) => field.refused);
    const empty = !set().X.columns;
    if (bad || empty) {
      playing = false;
      tell();
      complain(empty ? "There are no data here, and nothing can be learnt from none."
        : `Nothing runs before “${bad.name}” is mended: ${bad.refused}`);
    } else if (told) complain("Mended: it can run again.");
    told = Boolean(bad || empty);
    return empty || bad;
  };
  const refused = () => {
    const bad = judge();
    bad?.input?.focus();
    return Boolean(bad);
  };
  const showChosen = () => {
    hidden.value = chosen.hidden;
    activation.value = chosen.activation;
    batch.value = chosen.batch;
    rateA.value = chosen.rate_A;
    rateB.value = chosen.rate_B;
    seed.value = chosen.seed;
    batch.bounds(1, Math.max(1, set().X.columns));
  };
  const scrub = slider("epoch", { low: 0, high: 1, step: 1, value: 0, show: (v) => String(v) }, (v) => {
    playing = false;
    tell();
    shown = clamp(v, 0, history.length - 1);
    draw();
  });
  const fields = [batch, rateA, rateB, seed];
  const refusals = element("div", { class: "bp-refusals" }, ...fields.map(({ complaint }) => complaint));
  const state = element("p", { class: "bp-state bp-two" });
  const plane = element("canvas", { role: "img" });
  const planeBox = element(
    "div", { class: "bp-map" }, element("p", { class: "bp-head" }, "What the network says of every place"), plane,
    legend(["patch", "positive", "near 1"], ["patch", "negative", "near 0"], ["line", "ink", "undecided: ½"], ["triangle", "", "should be 1"], ["black", "", "should be 0"]),
  );
  const pad = element("canvas", {
    role: "application", tabindex: "0", "aria-label": "paper of 8 by 8 pixels: arrow keys move, space draws, delete erases",
    "data-lm-suppress-shortcuts": "true", style: "touch-action:none;cursor:crosshair",
  });
  const outputs = shape("svg", { role: "img" });
  const padBox = element(
    "div", {}, element("p", { class: "bp-head" }, "Draw a digit: what does it read?"), pad,
    element("div", { class: "bp-row" }, button("clear", () => {
      sketch = new Float64Array(64);
      sample = -1;
      draw();
    }), button("a test image", () => {
      if (!set().X_test.columns) return;
      sample = (sample + 1) % set().X_test.columns;
      sketch = Float64Array.from({ length: 64 }, (_, i) => at(set().X_test, i, sample));
      draw();
    })), outputs,
  );
  const chart = shape("svg", { role: "img" });
  const units = choice("hidden unit", {}, "0", (v) => {
    unit = Number(v);
    draw();
  });
  const lens = element("canvas", { role: "img" });
  const lensNote = element("p", { class: "bp-note" });
  const mapButton = button("try many step sizes", () => makeMap());
  const rateMap = element("div", {});
  const left = element("div", { style: "flex:none" }, planeBox, padBox);
  const turned = legend(["mark", "forward", "a setting was changed here"]);
  const middle = element(
    "div", { class: "bp-grow" }, chart, turned, element("div", { class: "bp-row" }, scrub),
    element("p", { class: "bp-head" }, "What one hidden unit sees"),
    element("div", { class: "bp-row" }, lens, element("div", { style: "flex:1 1 120px" }, units, lensNote)),
  );
  body.append(
    element("div", { class: "bp-row" }, play, one, again, which),
    element("div", { class: "bp-row" }, hidden, activation, batch, rateA, rateB, seed),
    refusals,
    element("p", { class: "bp-note" }, "Batch size: how many samples one step looks at. Activation: what a hidden unit makes of its sum (ReLU: 0 of everything negative). Random start: which weights it begins with. Test data: samples that it never learns from."),
    state,
    element("div", { class: "bp-columns" }, left, middle),
    element("div", { class: "bp-row" }, mapButton), rateMap,
  );

  // Training

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : problem),
  });
  const start = () => {
    const random = randomNumbers(chosen.seed);
    const n_in = set().X.rows;
    return {
      A: normalMatrix(chosen.hidden, n_in, images() ? 0.125 : 1, random),
      B: normalMatrix(set().Y.rows, chosen.hidden, 0.5 / Math.sqrt(chosen.hidden), random),
    };
  };
  const noted = ({ A, B }) => {
    const share = (X, Y) => {
      const { Y_hat } = forward(A, B, X, chosen.activation);
      let right = 0;
      for (let n = 0; n < Y.columns; n++) right += read(Y_hat, n) === read(Y, n) ? 1 : 0;
      return [right / Y.columns, meanLoss(Y_hat, Y)];
    };
    const [training, loss] = share(set().X, set().Y);
    return { A, B, loss, training, test: share(set().X_test, set().Y_test)[0] };
  };
  const read = (Y, n) => {
    if (Y.rows === 1) return Number(at(Y, 0, n) > 0.5);
    let best = 0;
    for (let k = 1; k < Y.rows; k++) if (at(Y, k, n) > at(Y, best, n)) best = k;
    return best;
  };
  const reset = () => {
    playing = false;
    problem = "";
    told = false;
    complain("");
    judge();
    training += 1;
    history = [noted(start())];
    turns = [];
    shown = 0;
    sample = -1;
    unit = Math.min(unit, chosen.hidden - 1);
    units.offer(Object.fromEntries(Array.from({ length: chosen.hidden }, (_, j) => [j, String(j)])), String(unit));
    tell();
    draw();
  };
  const full = () => history.length > MOST_EPOCHS;
  const lost = (entry) => set().X.columns > 0 && !(entry.loss < 1e9);
  const byReader = () => !model.alone && chosen.activation === "tanh";
  const question = (A, B, epochs) => ({
    A, B, X: set().X, Y: set().Y, rate_A: chosen.rate_A, rate_B: chosen.rate_B, epochs,
    batch: Math.min(chosen.batch, set().X.columns), seed: 7919 * chosen.seed + history.length, activation: chosen.activation,
    first: history.length === 1,
  });
  const epoch = () => {
    if (closed) return;
    if (lost(history.at(-1)) || full()) {
      halt();
      return;
    }
    const mine = training;
    const { A, B } = history.at(-1);
    const then = (reply) => {
      if (mine !== training || closed) return;
      problem = Object.values(reply.problems ?? {}).join("\n");
      if (!told) complain(problem);
      if (!reply.A || !reply.B) {
        halt();
        return;
      }
      history.push(noted({ A: reply.A, B: reply.B }));
      shown = history.length - 1;
      root.dataset.answered = String(shown);
      redraw();
      if (playing) requestAnimationFrame(() => setTimeout(next, model.alone ? 15 : 0));
    };
    if (byReader()) {
      const { X, Y, ...rest } = question(A, B, 1);
      link.ask({ ...rest, data: chosen.data }, then);
    } else then(reference(question(A, B, 1)));
  };
  const next = () => {
    if (playing) epoch(); // it may have been paused meanwhile
  };
  const halt = () => {
    playing = false;
    tell();
    draw();
  };
  const tell = () => {
    play.textContent = playing ? "pause" : "play";
    play.setAttribute("aria-pressed", String(playing));
  };

  // Many step sizes: a training for every pair, one after the other so that the page stays awake

  const makeMap = () => {
    if (refused()) return;
    const mine = ++training;
    playing = false;
    tell();
    const { A, B } = start();
    const before = noted({ A, B }).loss;
    const cells = [];
    const grid = element("div", { role: "group", "aria-label": "trainings by step size; arrow keys move, Enter opens one", style: `display:grid;grid-template-columns:auto repeat(${RATES_B.length},minmax(34px,58px));gap:2px;align-items:center;width:max-content;max-width:100%` });
    for (let i = RATES_A.length - 1; i >= 0; i--) {
      grid.append(element("span", { class: "bp-note", style: "white-space:nowrap;text-align:right;padding-right:4px" }, String(RATES_A[i])));
      RATES_B.forEach((rate_B, j) => {
        const cell = button("…", () => {
          Object.assign(chosen, { rate_A: RATES_A[i], rate_B, batch: set().X.columns });
          showChosen();
          reset();
          playing = true;
          tell();
          epoch();
        }, { tabindex: i === RATES_A.length - 1 && j === 0 ? "0" : "-1", style: "padding:2px;min-width:34px;font-size:12px" });
        cell.rates = [i, j];
        cells.push(cell);
        grid.append(cell);
      });
    }
    grid.append(element("span", { class: "bp-note" }, ""), ...RATES_B.map((rate) => element("span", { class: "bp-note", style: "text-align:center" }, String(rate))));
    grid.addEventListener("keydown", (event) => {
      const here = document.activeElement.rates;
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[event.key];
      if (!here || !move) return;
      event.preventDefault();
      event.stopPropagation();
      const next = cells.find(({ rates }) => rates[0] === here[0] + move[0] && rates[1] === here[1] + move[1]);
      if (!next) return;
      for (const cell of cells) cell.setAttribute("tabindex", cell === next ? "0" : "-1");
      next.focus();
    });
    rateMap.replaceChildren(
      element("p", { class: "bp-note" }, `Each field is a training of its own: what share of the first loss is left after ${MAP_EPOCHS} epochs of one step. The greener, the more it learnt. ✕: the loss exploded. Click one to watch it.`),
      element("p", { class: "bp-note" }, "upwards: step size A, from row to row × 10 · to the right: step size B"),
      grid,
    );
    const fill = (place) => {
      if (closed || mine !== training || place >= cells.length) return;
      const cell = cells[place];
      const [i, j] = cell.rates;
      const rates = { rate_A: RATES_A[i], rate_B: RATES_B[j], batch: set().X.columns };
      const then = (reply) => {
        if (mine !== training) return;
        problem = Object.values(reply.problems ?? {}).join("\n");
        complain(problem);
        if (!reply.A) return;
        const share = noted(reply).loss / before;
        const dead = !(share < 3);
        cell.textContent = dead ? "✕" : share < 0.005 ? "≈ 0" : number(share, 2);
        cell.setAttribute("aria-label", `A ${RATES_A[i]}, B ${RATES_B[j]}: ${dead ? "exploded" : significant(share, 2)}`);
        const depth = dead ? 0 : clamp(-Math.log10(share) / 1.5, 0, 1);
        cell.style.background = `color-mix(in srgb, var(--bp-a) ${Math.round(55 * depth)}%, var(--bp-paper))`;
        if (dead) cell.style.color = "var(--bp-errorink)";
        setTimeout(() => fill(place + 1), 0);
      };
      if (byReader()) {
        const { X, Y, ...rest } = { ...question(A, B, MAP_EPOCHS), ...rates, first: false };
        link.ask({ ...rest, data: chosen.data }, then);
      } else then(reference({ ...question(A, B, MAP_EPOCHS), ...rates }));
    };
    fill(0);
  };

  // Drawing

  const draw = () => {
    const now = history[shown];
    if (!now) return;
    scrub.range(0, Math.max(1, history.length - 1));
    scrub.value = shown;
    planeBox.hidden = images();
    padBox.hidden = !images();
    mapButton.hidden = images();
    const exploded = lost(now) ? "✕ The loss has exploded: the steps are too long. " : "";
    play.disabled = one.disabled = full() || lost(history.at(-1));
    const last = history.length - 1;
    const ended = full() ? `After ${last} epochs it ends here; “start again” begins anew. ` : shown < last && !play.disabled ? `You look back: training goes on from epoch ${last}. ` : "";
    const note = model.alone ? "" : byReader() ? `Trained by your ${settings.function}.` : "With this activation by nudging, not by your function.";
    state.replaceChildren(
      set().X.columns === 0 ? "An empty data set." : `Epoch ${shown}: loss ${significant(now.loss, 3)}. Right: ${Math.round(100 * now.training)} % of the training data, ${Math.round(100 * now.test)} % of the test data. `,
      element("span", { class: "bp-wrong" }, exploded), ended, note,
    );
    const size = clamp(body.clientWidth, 220, 300);
    if (images()) drawPad(now, Math.min(size, 200));
    else drawPlane(now, size);
    drawLens(now);
    drawChart(chart, {
      width: clamp(middle.clientWidth || 300, 240, 520), height: 220, across: "epochs", title: "Loss of the training data", length: 20, marked: shown, turns,
      values: set().X.columns ? history.map(({ loss }) => loss) : [], tone: "error",
    });
    turned.hidden = !turns.length;
    chart.setAttribute("aria-label", `The loss over ${history.length - 1} epochs, from ${significant(history[0].loss, 3)} to ${significant(history.at(-1).loss, 3)}.`);
    say(`${titles[chosen.data]}. ${state.textContent}`);
    model.remember?.({ ...chosen });
  };
  const redraw = onceAFrame(draw);

  const limits = () => {
    const { X } = set();
    let most = 0;
    for (let n = 0; n < X.columns; n++) most = Math.max(most, Math.abs(at(X, 0, n)), Math.abs(at(X, 1, n)));
    return most + 0.3;
  };
  // The network, or one hidden unit, at every place of the plane, from −1 (violet) to 1 (orange)
  const paint = (canvas, size, valueOf) => {
    const context = paper(canvas, size, size);
    const count = size > 150 ? 100 : 64;
    const most = limits();
    const places = matrix(3, count * count);
    for (let r = 0; r < count; r++)
      for (let c = 0; c < count; c++) {
        put(places, 0, r * count + c, -most + (2 * most * (c + 0.5)) / count);
        put(places, 1, r * count + c, most - (2 * most * (r + 0.5)) / count);
        put(places, 2, r * count + c, 1);
      }
    const values = valueOf(places);
    const small = element("canvas", { width: count, height: count });
    const image = small.getContext("2d").createImageData(count, count);
    const [low, mid, high] = ["negative", "paper", "positive"].map((name) => channels(root, name));
    values.forEach((value, place) => {
      const share = Number.isFinite(value) ? clamp(Math.abs(value), 0, 1) * 0.75 : 0;
      for (let i = 0; i < 3; i++) image.data[4 * place + i] = (1 - share) * mid[i] + share * (value < 0 ? low : high)[i];
      image.data[4 * place + 3] = 255;
    });
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, size, size);
    contour(context, values, count, size);
    return (x, y) => [((x + most) / (2 * most)) * size, ((most - y) / (2 * most)) * size, context];
  };
  // The line where the value changes its sign: straight across every tile between four places
  const contour = (context, values, count, size) => {
    context.strokeStyle = getComputedStyle(root).color;
    context.lineWidth = 1.8;
    context.beginPath();
    const tile = size / count;
    for (let r = 0; r + 1 < count; r++)
      for (let c = 0; c + 1 < count; c++) {
        const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]];
        const cuts = corners.flatMap(([x, y], i) => {
          const [u, v] = corners[(i + 1) % 4];
          const [p, q] = [values[y * count + x], values[v * count + u]];
          if (p > 0 === q > 0) return [];
          const t = p / (p - q);
          return [[(x + 0.5 + t * (u - x)) * tile, (y + 0.5 + t * (v - y)) * tile]];
        });
        for (let i = 0; i + 1 < cuts.length; i += 2) {
          context.moveTo(...cuts[i]);
          context.lineTo(...cuts[i + 1]);
        }
      }
    context.stroke();
  };
  const dots = (place, size) => {
    const { X, Y } = set();
    for (let n = 0; n < X.columns; n++) {
      const [x, y, context] = place(at(X, 0, n), at(X, 1, n));
      context.beginPath();
      if (at(Y, 0, n) > 0.5) {
        context.moveTo(x, y - size);
        context.lineTo(x + size, y + size * 0.8);
        context.lineTo(x - size, y + size * 0.8);
        context.closePath();
      } else context.arc(x, y, size * 0.85, 0, 7);
      context.fillStyle = at(Y, 0, n) > 0.5 ? "#ffffff" : "#111111";
      context.strokeStyle = at(Y, 0, n) > 0.5 ? "#111111" : "#ffffff";
      context.lineWidth = 1;
      context.fill();
      context.stroke();
    }
  };
  const drawPlane = ({ A, B, test }, size) => {
    const place = paint(plane, size, (places) => forward(A, B, places, chosen.activation).Y_hat.data.map((v) => 2 * v - 1));
    dots(place, 4);
    plane.setAttribute("aria-label", `The plane: white triangles are to be 1, black circles 0; the line is where the network is undecided. ${Math.round(100 * test)} percent of the test points lie on their side.`);
  };
  const drawLens = ({ A, B }) => {
    const side = 130;
    if (images()) {
      const row = Float64Array.from({ length: 64 }, (_, i) => at(A, unit, i));
      const most = Math.max(...row.map(Math.abs), 1e-9);
      const context = paper(lens, side, side);
      const [low, mid, high] = ["negative", "paper", "positive"].map((name) => channels(root, name));
      row.forEach((w, i) => {
        const share = Math.abs(w) / most;
        context.fillStyle = `rgb(${mid.map((m, k) => Math.round((1 - share) * m + share * (w < 0 ? low : high)[k])).join(" ")})`;
        context.fillRect((i % 8) * (side / 8), Math.floor(i / 8) * (side / 8), side / 8 + 0.5, side / 8 + 0.5);
        if (share > 0.45) {
          context.fillStyle = getComputedStyle(root).color;
          context.fillRect((i % 8 + 0.3) * (side / 8), (Math.floor(i / 8) + 0.46) * (side / 8), side / 20, 1.5);
          if (w > 0) context.fillRect((i % 8 + 0.3) * (side / 8) + side / 40 - 0.75, (Math.floor(i / 8) + 0.46) * (side / 8) - side / 40 + 0.75, 1.5, side / 20);
        }
      });
      lensNote.textContent = "its 64 weights: ink at + raises its sum, ink at − lowers it";
      lens.setAttribute("aria-label", `The 64 weights of hidden unit ${unit} as an image.`);
    } else {
      paint(lens, side, (places) => {
        const values = forward(A, B, places, chosen.activation).H.data.slice(unit * places.columns, (unit + 1) * places.columns);
        return chosen.activation === "sigmoid" ? values.map((v) => 2 * v - 1) : values;
      });
      lensNote.textContent = `the plane as unit ${unit} sees it: orange positive, violet negative. Its weight to the output: ${number(at(B, 0, unit))}`;
      lens.setAttribute("aria-label", lensNote.textContent);
    }
  };
  const drawPad = ({ A, B }, size) => {
    const context = paper(pad, size, size);
    const cell = size / 8;
    for (let i = 0; i < 64; i++) {
      const grey = Math.round(255 * (1 - sketch[i]));
      context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      context.fillRect((i % 8) * cell, Math.floor(i / 8) * cell, cell + 0.5, cell + 0.5);
    }
    context.strokeStyle = "#888888";
    context.strokeRect(0.5, 0.5, size - 1, size - 1);
    if (document.activeElement === pad) {
      context.strokeStyle = "#d55e00";
      context.lineWidth = 2;
      context.strokeRect(cursor[0] * cell + 1, cursor[1] * cell + 1, cell - 2, cell - 2);
    }
    const x = matrix(65, 1, Float64Array.from([...sketch, 1]));
    const said = forward(A, B, x, chosen.activation).Y_hat;
    const best = read(said, 0);
    const empty = sketch.every((v) => v === 0);
    outputs.setAttribute("width", size);
    outputs.setAttribute("height", 136);
    outputs.replaceChildren(shape("text", { x: 0, y: 12 }, empty ? "nothing drawn yet" : `it reads ${best}${sample >= 0 ? ` (the image is a ${read(set().Y_test, sample)})` : ""}`));
    for (let k = 0; k < 10; k++) {
      const value = empty ? 0 : clamp(at(said, k, 0), -0.4, 1.2);
      const x = (k * size) / 10;
      const high = Math.abs(value) * 45;
      outputs.append(
        shape("rect", { x: x + 3, y: value > 0 ? 78 - high : 78, width: size / 10 - 6, height: high, fill: k === best && !empty ? "var(--bp-error)" : "var(--bp-forward)" }),
        shape("text", { x: x + size / 20, y: 115, "text-anchor": "middle", style: k === best && !empty ? "font-weight:700;text-decoration:underline" : null }, String(k)),
      );
    }
    outputs.append(
      shape("line", { x1: 0, x2: size, y1: 78, y2: 78, stroke: "var(--bp-soft)" }),
      shape("line", { x1: 0, x2: size, y1: 33, y2: 33, stroke: "var(--bp-line)", "stroke-dasharray": "3 3" }),
      shape("text", { x: size + 3, y: 37, class: "soft" }, "1"), shape("text", { x: size + 3, y: 82, class: "soft" }, "0"),
      shape("text", { x: 0, y: 132, class: "soft" }, "ten outputs: the highest is read"),
    );
    outputs.setAttribute("aria-label", empty ? "Nothing drawn yet." : `The network reads ${best}.`);
  };
  const ink = (c, r, amount) => {
    if (c < 0 || r < 0 || c > 7 || r > 7) return;
    sketch[8 * r + c] = clamp(sketch[8 * r + c] + amount, 0, 1);
    sample = -1;
  };
  const brush = (event) => {
    const box = pad.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * 8, ((event.clientY - box.top) / box.height) * 8];
    const [c, r] = [Math.floor(x), Math.floor(y)];
    ink(c, r, 0.8);
    ink(x % 1 > 0.5 ? c + 1 : c - 1, r, 0.16);
    ink(c, y % 1 > 0.5 ? r + 1 : r - 1, 0.16);
    redraw();
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    brush(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.buttons) brush(event);
  });
  pad.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) cursor = cursor.map((v, i) => clamp(v + move[i], 0, 7));
    else if (event.key === " ") ink(cursor[0], cursor[1], 0.6);
    else if (event.key === "Delete" || event.key === "Backspace") ink(cursor[0], cursor[1], -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
    redraw();
  });
  pad.addEventListener("focus", redraw);
  pad.addEventListener("blur", redraw);

  const unwatch = watch(body, redraw);
  showChosen();
  reset();
  return () => {
    closed = true;
    playing = false;
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference };
