// Draw your prediction: first the reader's curve, then the true one over it.

import {
  button, clamp, connection, element, frame, hideStill, legend, number, onceAFrame, shape, significant,
  watch,
} from "../base.js";
import { logarithmicNote, ruled, ticksOf } from "../maps.js";

function reference({ truth }) {
  return { curve: { rows: 1, columns: truth.length, data: Float64Array.from(truth) }, problems: {} };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { count, low, high, across, up, first } = settings;
  const { root, body, say, complain, lent } = frame(el, settings.title, settings.purpose);
  const showStill = hideStill(el);
  const there = (v) => (settings.logarithmic ? Math.log10(Math.max(v, 1e-300)) : v);
  const back = (v) => (settings.logarithmic ? 10 ** v : v);
  const guess = Array(count).fill(null);
  if (first !== null && first !== undefined) guess[0] = first;
  let cursor = 1;
  let truth = null;

  const picture = shape("svg", {
    role: "application", tabindex: "0", class: "bp-handle", "data-lm-suppress-shortcuts": "true",
    "aria-label": `${settings.title}: left and right choose a place, up and down set the height`,
  });
  const verdict = element("p", { class: "bp-state", role: "status" });
  const readout = element("p", { class: "bp-note bp-state", style: "margin-top:5px" });
  const reveal = button("show what happens", () => ask());
  const again = button("wipe and draw again", () => {
    guess.fill(null);
    if (first !== null && first !== undefined) guess[0] = first;
    truth = null;
    cursor = 1;
    verdict.textContent = "";
    draw();
  });
  const box = element("div", { style: "width:100%" }, picture);
  body.append(
    box, readout, legend(["line", "forward", "yours"], ["dashes", "error", "what happens"]),
    element("div", { class: "bp-row" }, reveal, again), verdict,
  );

  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : ""),
  });
  const ask = () => link.ask(model.alone ? { truth: settings.truth } : {}, (reply) => {
    complain(Object.values(reply.problems ?? {}).join("\n"));
    if (!reply.curve) return;
    truth = Array.from(reply.curve.data);
    verdict.textContent = compared();
    root.dataset.answered = "true";
    draw();
  });

  const edges = () => [58, 14, settings.logarithmic ? 34 : 18, 40];
  const size = () => [clamp(box.clientWidth || 500, 260, 680), 310];
  const px = (i) => edges()[0] + ((size()[0] - edges()[0] - edges()[1]) * i) / (count - 1);
  const py = (v, least = 0, most = 1) => {
    const share = (there(v) - there(low)) / (there(high) - there(low));
    return size()[1] - edges()[3] - (size()[1] - edges()[2] - edges()[3]) * clamp(share, least, most);
  };
  const heightAt = (y) => {
    const share = clamp((size()[1] - edges()[3] - y) / (size()[1] - edges()[2] - edges()[3]), 0, 1);
    return back(there(low) + share * (there(high) - there(low)));
  };
  // The drawn places, with straight lines between them
  const whole = () => {
    const known = guess.flatMap((v, i) => (v === null ? [] : [i]));
    return guess.map((v, i) => {
      if (v !== null) return v;
      const before = known.filter((k) => k < i).at(-1);
      const after = known.find((k) => k > i);
      if (before === undefined || after === undefined) return null;
      const t = (i - before) / (after - before);
      return back((1 - t) * there(guess[before]) + t * there(guess[after]));
    });
  };
  // What stands below a place of the horizontal axis
  const whereOf = (i) => {
    const [from, to] = [Number(settings.from ?? 0), Number(settings.to ?? count - 1)];
    return Number.isFinite(to - from) ? significant(from + ((to - from) * i) / (count - 1), 3) : String(i);
  };
  const finished = () => guess.at(-1) !== null;
  const compared = () => {
    const mine = whole();
    const scale = there(high) - there(low);
    const capped = (v) => clamp(Number.isFinite(v) ? there(v) : there(high), there(low), there(high));
    const pairs = mine.flatMap((v, i) => (v === null ? [] : [[capped(v), capped(truth[i])]]));
    const apart = pairs.reduce((sum, [p, q]) => sum + Math.abs(p - q), 0) / pairs.length / scale;
    const lean = pairs.reduce((sum, [p, q]) => sum + p - q, 0) / pairs.length / scale;
    const trend = (list) => list.at(-1) - list[0];
    const [drawn, real] = [trend(pairs.map(([p]) => p)), trend(pairs.map(([, q]) => q))];
    const course = (change) => (Math.abs(change) < 0.08 * scale ? "stay" : change > 0 ? "rise" : "fall");
    const turn = course(drawn) === course(real) ? ""
      : ` Yours ${{ stay: "ends about where it began", rise: "rises", fall: "falls" }[course(drawn)]}; in truth it ${{ stay: "ends about where it began", rise: "rises", fall: "falls" }[course(real)]}.`;
    const close = turn ? "It goes another way." : apart < 0.03 ? "Very close." : apart < 0.1 ? "Close."
      : apart < 0.25 ? "The direction is right, the size is not." : "Far apart.";
    const side = turn || Math.abs(lean) < 0.03 ? "" : lean > 0 ? " Yours lies too high on the whole." : " Yours lies too low on the whole.";
    const leaves = truth.findIndex((v) => !(v <= high));
    const out = leaves >= 0 ? ` The true curve leaves the picture at ${across} ${whereOf(leaves)}.` : "";
    return `${close}${turn}${side}${out} On average they are ${Math.round(100 * apart)} % of the picture's height apart.`;
  };

  const draw = () => {
    const [W, H] = size();
    const [left, right, above, below] = edges();
    picture.setAttribute("width", W);
    picture.setAttribute("height", H);
    const text = (x, y, what, anchor = "middle") => shape("text", { x, y, "text-anchor": anchor, class: "soft" }, what);
    const line = (values, ...reach) => values.map((v, i) => (v === null ? "" : `${px(i)},${py(Number.isNaN(v) ? high : v, ...reach)}`)).filter(Boolean).join(" ");
    const ticks = ticksOf(low, high, settings.logarithmic);
    picture.replaceChildren(
      ...(settings.logarithmic ? [text(left, above - 10, logarithmicNote(ticks), "start")] : []),
      ...ruled(ticks, py, left, W - right),
      shape("rect", { x: left, y: above, width: W - left - right, height: H - above - below, fill: "none", stroke: "var(--bp-line)" }),
      ...ticksOf(0, count - 1, false).filter(Number.isInteger).map((i) => text(px(i), H - below + 15, whereOf(i))),
      text((left + W) / 2, H - 6, across),
      shape("text", { transform: `translate(13,${H / 2}) rotate(-90)`, "text-anchor": "middle", class: "head" }, up),
    );
    if (truth) drawTruth(line);
    const mine = whole();
    picture.append(shape("polyline", { points: line(mine), fill: "none", stroke: "var(--bp-forward)", "stroke-width": 3 }));
    guess.forEach((v, i) => {
      if (v !== null && count < 26) picture.append(shape("circle", { cx: px(i), cy: py(v), r: 3.5, fill: "var(--bp-forward)" }));
    });
    picture.append(shape("line", { x1: px(cursor), x2: px(cursor), y1: above, y2: H - below, stroke: "var(--bp-ink)", "stroke-dasharray": "2 4", opacity: 0.6 }));
    if (guess.every((v, i) => v === null || i === 0)) picture.append(shape("text", { x: (left + W) / 2, y: H / 2, "text-anchor": "middle", class: "bp-outlined" }, "draw here, from left to right"));
    reveal.disabled = !finished() || truth !== null;
    const height = mine[cursor];
    readout.textContent = `${across} ${whereOf(cursor)}: ${height === null ? "nothing drawn yet" : `yours ${significant(height, 3)}`}${truth ? `, in truth ${Number.isFinite(truth[cursor]) ? significant(truth[cursor], 3) : "beyond all numbers"}` : finished() ? "" : ". Draw to the right edge, then see what happens"}.`;
    say(`${across} ${whereOf(cursor)}: ${height === null ? "nothing drawn" : number(height, 3)}. ${finished() ? "" : "Draw to the right edge."} ${verdict.textContent}`);
  };
  // The true curve, as far as it stays in the picture; where it leaves, an arrow says how far it goes
  const drawTruth = (line) => {
    const gone = truth.findIndex((v) => !(v <= high));
    const until = gone < 0 ? truth : truth.slice(0, gone + 1);
    const [left, right, above, below] = edges();
    const [W, H] = size();
    const clip = `${root.getAttribute("aria-labelledby")}-frame`;
    // cut at the frame, not bent along it
    picture.append(
      shape("clipPath", { id: clip }, shape("rect", { x: left, y: above, width: W - left - right, height: H - above - below })),
      shape("polyline", { points: line(until, -20, 20), fill: "none", stroke: "var(--bp-error)", "stroke-width": 3, "stroke-dasharray": "7 4", "clip-path": `url(#${clip})` }),
    );
    if (gone < 0) return;
    const last = truth.at(-1);
    const [from, to] = [gone - 1, gone].map((i) => py(truth[Math.max(i, 0)], -20, 20));
    const x = gone && Number.isFinite(from - to) ? px(gone - clamp((above - to) / (from - to), 0, 1)) : px(gone);
    const room = W - right - x;
    const toRight = room > 100;
    const says = Number.isFinite(last) ? [`on to ${significant(last)}`, `at ${across} ${whereOf(count - 1)}`] : ["on, beyond", "all numbers"];
    const rows = room > 170 ? [says.join(" ")] : says;
    picture.append(
      shape("polygon", { points: `${x},${above - 8} ${x - 7},${above + 6} ${x + 7},${above + 6}`, fill: "var(--bp-error)" }),
      ...rows.map((text, i) => shape("text", { x: toRight ? x + 12 : x - 14, y: above + 15 + 15 * i, "text-anchor": toRight ? "start" : "end", class: "bp-error-text bp-outlined" }, text)),
    );
  };
  const redraw = onceAFrame(draw);
  let lastPlace = null;
  const touch = (event) => {
    if (truth) return;
    const where = picture.getBoundingClientRect();
    const place = clamp(Math.round(((event.clientX - where.left - edges()[0]) / (size()[0] - edges()[0] - edges()[1])) * (count - 1)), first === null || first === undefined ? 0 : 1, count - 1);
    const value = heightAt(event.clientY - where.top);
    // a quick hand skips places: fill them
    if (lastPlace !== null && Math.abs(place - lastPlace) > 1) {
      const from = guess[lastPlace];
      for (let i = Math.min(place, lastPlace) + 1; i < Math.max(place, lastPlace); i++) {
        const t = (i - lastPlace) / (place - lastPlace);
        guess[i] = back((1 - t) * there(from) + t * there(value));
      }
    }
    guess[place] = value;
    cursor = place;
    lastPlace = place;
    redraw();
  };
  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    picture.focus({ preventScroll: true });
    picture.setPointerCapture(event.pointerId);
    lastPlace = null;
    touch(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (event.buttons) touch(event);
  });
  picture.addEventListener("keydown", (event) => {
    const lowest = first === null || first === undefined ? 0 : 1;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") cursor = clamp(cursor + (event.key === "ArrowRight" ? 1 : -1), lowest, count - 1);
    else if (event.key === "Home" || event.key === "End") cursor = event.key === "Home" ? lowest : count - 1;
    else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !truth) {
      const now = whole()[cursor] ?? guess.slice(0, cursor).filter((v) => v !== null).at(-1) ?? back((there(low) + there(high)) / 2);
      const stride = ((there(high) - there(low)) / (event.shiftKey ? 5 : 25)) * (event.key === "ArrowUp" ? 1 : -1);
      guess[cursor] = back(clamp(there(now) + stride, there(low), there(high)));
    } else if (![" ", "PageUp", "PageDown", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    redraw();
  });

  const unwatch = watch(body, draw);
  draw();
  return () => {
    unwatch();
    link.close();
    showStill();
  };
}

export default { render, reference };
