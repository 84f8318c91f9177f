// Maps and charts: a function over a plane as a hiking map, and curves over steps or epochs.

import { channels, clamp, paper, shape, significant } from "./base.js";

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

// The corners and the names of the axes of a map, as SVG on top of it.
export function axesOf(box, size, names) {
  const label = (x, y, text, anchor = "middle") =>
    shape("text", { x, y, "text-anchor": anchor, class: "soft" }, text);
  return [
    shape("rect", { x: 0, y: 0, width: size, height: size, fill: "none", stroke: "var(--bp-line)" }),
    label(2, size + 15, significant(box.x0), "start"),
    label(size, size + 15, significant(box.x1), "end"),
    label(size / 2, size + 16, names[0]),
    label(-5, size - 1, significant(box.y0), "end"),
    label(-5, 11, significant(box.y1), "end"),
    shape("text", { transform: `translate(-9,${size / 2}) rotate(-90)`, "text-anchor": "middle", class: "soft" }, names[1]),
  ];
}

// Curves over steps. A series is { values, tone, dashes, label }; `logarithmic` heights; `marked` is
// a step to mark. Values that are not finite, or beyond the top, stand at the top.
export function drawChart(svg, options) {
  const { width, height, series, across, title, marked = null, length = null, logarithmic = true, top = Infinity, bottom = 0 } = options;
  const [left, right, above, below] = [46, 8, 20, 26];
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const values = series.flatMap((s) => Array.from(s.values)).filter((v) => Number.isFinite(v) && (!logarithmic || v > 0));
  let high = Math.min(top, Math.max(...values, logarithmic ? 1e-12 : -Infinity));
  let low = Math.max(bottom, Math.min(...values, Infinity));
  if (!values.length) [low, high] = [0.1, 1];
  if (logarithmic) {
    low = 10 ** Math.floor(Math.log10(Math.max(low, 1e-12)));
    high = 10 ** Math.ceil(Math.log10(Math.max(high, low * 1.01)));
  } else if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
  const last = Math.max(length ?? 0, ...series.map((s) => s.values.length - 1), 1);
  const x = (i) => left + ((width - left - right) * i) / last;
  const there = (v) => (logarithmic ? Math.log10(Math.max(v, 1e-300)) : v);
  const y = (v) => {
    const share = Number.isNaN(v) ? 1 : (there(v) - there(low)) / (there(high) - there(low));
    return height - below - (height - above - below) * clamp(share, 0, 1);
  };
  const text = (px, py, what, anchor) => shape("text", { x: px, y: py, "text-anchor": anchor, class: "soft" }, what);
  svg.append(
    shape("line", { x1: left, x2: left, y1: above, y2: height - below, stroke: "var(--bp-line)" }),
    shape("line", { x1: left, x2: width - right, y1: height - below, y2: height - below, stroke: "var(--bp-line)" }),
    text(left - 5, y(high) + 5, significant(high), "end"),
    text(left - 5, y(low) + 2, significant(low), "end"),
    text(left, 12, title, "start"),
    text(width - right, height - below + 15, `${last} ${across}`, "end"),
    text(left, height - below + 15, "0", "middle"),
  );
  if (marked !== null) svg.append(shape("line", { x1: x(marked), x2: x(marked), y1: above, y2: height - below, stroke: "var(--bp-ink)", "stroke-dasharray": "2 3" }));
  series.forEach((s) => {
    const points = Array.from(s.values, (v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`);
    svg.append(shape("polyline", { points: points.join(" "), fill: "none", stroke: `var(--bp-${s.tone})`, "stroke-width": 2.2, "stroke-dasharray": s.dashes }));
    if (points.length) {
      const [px, py] = points.at(-1).split(",");
      svg.append(shape("circle", { cx: px, cy: py, r: 3.5, fill: `var(--bp-${s.tone})` }));
    }
  });
  return { x, y };
}
