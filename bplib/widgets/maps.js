// Maps and charts: a function over a plane as a hiking map, and curves over steps or epochs.

import { channels, clamp, element, paper, shape, significant } from "./base.js";

// Values of a function over a grid, row 0 at the top of the map.
export function gridOf(value, box, count) {
  const grid = new Float64Array(count * count);
  for (let r = 0; r < count; r++)
    for (let c = 0; c < count; c++) {
      const x = box.x0 + ((box.x1 - box.x0) * c) / (count - 1);
      const y = box.y1 - ((box.y1 - box.y0) * r) / (count - 1);
      grid[r * count + c] = value(x, y);
    }
  return grid;
}

// The heights between which the bands of the map lie: each band takes as much of the plane.
export function bandsOf(grid, count) {
  const sorted = Array.from(grid).filter(Number.isFinite).sort((p, q) => p - q);
  if (!sorted.length) return [];
  return Array.from({ length: count - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / count)]);
}

// Draw a map: low is light, high is dark, with a line at the border of two bands.
export function drawMap(node, canvas, size, grid, count, bands) {
  const context = paper(canvas, size, size);
  const image = context.createImageData(canvas.width, canvas.height);
  const low = channels(node, "paper");
  const high = channels(node, "forward");
  const ink = channels(node, "soft");
  const { width, height } = image;
  const band = new Uint8Array(width * height);
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) {
      const y = (r / (height - 1)) * (count - 1);
      const x = (c / (width - 1)) * (count - 1);
      const i = Math.min(count - 2, Math.floor(y));
      const j = Math.min(count - 2, Math.floor(x));
      const [u, v] = [y - i, x - j];
      const value =
        (1 - u) * ((1 - v) * grid[i * count + j] + v * grid[i * count + j + 1]) +
        u * ((1 - v) * grid[(i + 1) * count + j] + v * grid[(i + 1) * count + j + 1]);
      let k = 0;
      while (k < bands.length && !(value < bands[k])) k += 1;
      band[r * width + c] = k;
    }
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) {
      const place = r * width + c;
      const k = band[place];
      const line = (c + 1 < width && band[place + 1] !== k) || (r + 1 < height && band[place + width] !== k);
      const share = line ? 0.55 : 0.05 + (0.6 * k) / Math.max(1, bands.length);
      for (let i = 0; i < 3; i++)
        image.data[4 * place + i] = (1 - share) * low[i] + share * (line ? ink[i] : high[i]);
      image.data[4 * place + 3] = 255;
    }
  context.putImageData(image, 0, 0);
}

// What part of a map's side is kept free at its edges, so that a point's ring stays on it
export const MARGIN = 0.045;

// The corners and the names of the axes of a map, as SVG on top of it.
export function axesOf(box, size, names) {
  const label = (x, y, text, anchor = "middle") =>
    shape("text", { x, y, "text-anchor": anchor, class: "soft" }, text);
  const upright = (y, text, anchor) =>
    shape("text", { transform: `translate(-9,${y}) rotate(-90)`, "text-anchor": anchor, class: "soft" }, text);
  // what is too long to stand beside the map stands upright there
  const beside = (y, text, edge, anchor) => (text.length > 4 ? upright(edge, text, anchor) : label(-5, y, text, "end"));
  return [
    shape("rect", { x: 0, y: 0, width: size, height: size, fill: "none", stroke: "var(--bp-line)" }),
    label(2, size + 15, significant(box.x0), "start"),
    label(size, size + 15, significant(box.x1), "end"),
    label(size / 2, size + 16, names[0]),
    beside(size - 4, significant(box.y0), size, "start"),
    beside(11, significant(box.y1), 0, "end"),
    upright(size / 2, names[1], "middle"),
  ];
}

// Heights to write at an axis: about `most` round numbers, powers of ten if it is logarithmic.
export function ticksOf(low, high, logarithmic, most = 5) {
  if (logarithmic) {
    const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const stride = Math.max(1, Math.ceil((to - from) / most));
    return Array.from({ length: Math.floor((to - from) / stride) + 1 }, (_, i) => 10 ** (from + i * stride));
  }
  const ten = 10 ** Math.floor(Math.log10((high - low) / most));
  const stride = ten * [1, 2, 5, 10].find((factor) => factor * ten * most >= (high - low) * (1 - 1e-9));
  const from = Math.ceil(low / stride - 1e-9);
  return Array.from({ length: Math.floor(high / stride + 1e-9) - from + 1 }, (_, i) => (from + i) * stride);
}

// What a logarithmic axis has to say for itself
export function logarithmicNote(ticks) {
  return `logarithmic: from line to line × ${significant(ticks.length > 1 ? ticks[1] / ticks[0] : 10, 6)}`;
}

// Lines across a chart, and their heights at its left edge
export function ruled(ticks, y, left, right) {
  return ticks.flatMap((tick) => [
    shape("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: "var(--bp-line)", opacity: 0.55 }),
    shape("text", { x: left - 5, y: y(tick) + 4, "text-anchor": "end", class: "soft" }, significant(tick)),
  ]);
}

// How a map is read
export function mapNote(what) {
  return element("p", { class: "bp-note" }, `The map: the bluer, the higher the ${what}; along a line it stays the same.`);
}

// Curves over steps, on a logarithmic scale that reaches as far as they do. A series is { values,
// tone }; `marked` is a step to mark, `turns` are steps at which something was changed. What is too
// large for a number stands at the top, with a cross; what lies below the chart is said to.
export function drawChart(svg, options) {
  const { width, height, values, tone, across, title, marked = null, turns = [], length = 1, bottom = 1e-12 } = options;
  const [left, right, above, below] = [46, 14, 40, 22];
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const usable = values.filter((v) => Number.isFinite(v) && v > 0);
  const low = 10 ** Math.floor(Math.log10(Math.max(bottom, Math.min(...usable, usable.length ? Infinity : 0.1))));
  const high = 10 ** Math.ceil(Math.log10(Math.max(low * 10, ...usable)));
  const last = Math.max(length, values.length - 1);
  const x = (i) => left + ((width - left - right) * i) / last;
  const y = (v) => {
    const share = Number.isFinite(v) ? Math.log10(Math.max(v, low) / low) / Math.log10(high / low) : 1;
    return height - below - (height - above - below) * clamp(share, 0, 1);
  };
  const text = (px, py, what, anchor, kind = "soft") => shape("text", { x: px, y: py, "text-anchor": anchor, class: kind }, what);
  const ticks = ticksOf(low, high, true);
  svg.append(
    text(left, 12, title, "start", "head"),
    text(left, 27, logarithmicNote(ticks), "start"),
    ...ruled(ticks, y, left, width - right),
    shape("line", { x1: left, x2: left, y1: above, y2: height - below, stroke: "var(--bp-soft)" }),
    text(width - right, height - below + 15, `${last} ${across}`, "end"),
    text(left, height - below + 15, "0", "middle"),
  );
  for (const turn of turns) svg.append(
    shape("line", { x1: x(turn), x2: x(turn), y1: above, y2: height - below, stroke: "var(--bp-forward)", "stroke-width": 1.5 }),
    shape("polygon", { points: `${x(turn)},${above + 7} ${x(turn) - 5},${above} ${x(turn) + 5},${above}`, fill: "var(--bp-forward)" }),
  );
  if (marked !== null) svg.append(shape("line", { x1: x(marked), x2: x(marked), y1: above, y2: height - below, stroke: "var(--bp-ink)", "stroke-dasharray": "2 3" }));
  if (!values.length) return;
  // a curve that has sunk below the chart ends where it does
  const sunk = values.findLastIndex((v) => !(v < low)) + 1;
  const points = values.slice(0, sunk + 1).map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`);
  svg.append(shape("polyline", { points: points.join(" "), fill: "none", stroke: `var(--bp-${tone})`, "stroke-width": 2.2 }));
  const gone = values.findIndex((v) => !Number.isFinite(v));
  const [px, py] = points.at(gone < 0 ? -1 : gone).split(",").map(Number);
  if (gone < 0 && sunk < values.length) svg.append(
    shape("polygon", { points: `${px},${py + 4} ${px - 6},${py - 6} ${px + 6},${py - 6}`, fill: `var(--bp-${tone})` }),
    text(px > width / 2 ? px - 9 : px + 9, py - 8, `below ${significant(low)}`, px > width / 2 ? "end" : "start", "bp-error-text bp-outlined"),
  );
  else if (gone < 0) svg.append(shape("circle", { cx: px, cy: py, r: 3.5, fill: `var(--bp-${tone})` }));
  else svg.append(
    shape("path", { d: `M${px - 5},${py - 5}l10,10m0,-10l-10,10`, stroke: `var(--bp-${tone})`, "stroke-width": 3 }),
    text(px > width / 2 ? px - 9 : px + 9, py + 14, "too large for a number", px > width / 2 ? "end" : "start", "bp-error-text bp-outlined"),
  );
}
