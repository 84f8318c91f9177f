// What all widgets share: elements, controls that keyboards and screen readers reach, the way to
// Python and back, colours, and motion.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

let identities = 0;
export function identity(word) {
  identities += 1;
  return `bp-${word}-${identities}-${Math.random().toString(36).slice(2, 7)}`;
}

export function number(value, digits = 2) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= 1e5) return scientific(value, 1);
  const text = value.toFixed(size >= 1000 ? 0 : digits);
  return (Number(text) === 0 ? (0).toFixed(digits) : text).replace("-", "−");
}

export function significant(value, digits = 2) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return number(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return scientific(value, digits - 1);
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

// As it is written by hand: 1.3·10⁵, and a power of ten by itself
function scientific(value, digits) {
  const [factor, power] = value.toExponential(digits).split("e");
  const ten = `10${[...String(Number(power))].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
  return (Number(factor) === 1 ? ten : `${factor}·${ten}`).replace("-", "−");
}

export function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// The frame of a widget: a title, room for its parts, what is wrong (if anything), and a text of
// the state that screen readers speak.

export function frame(el, title, purpose) {
  const name = identity("title");
  const speaker = element("p", { class: "bp-spoken", "aria-live": "polite" });
  const trouble = element("p", { class: "bp-trouble", role: "status", hidden: true });
  const borrowed = element("p", { class: "bp-note", hidden: true });
  const body = element("div", { class: "bp-body" });
  const root = element(
    "div",
    { class: "bp-widget", role: "group", "aria-labelledby": name },
    element("p", { class: "bp-title", id: name, role: "heading", "aria-level": "3" }, title),
    purpose ? element("p", { class: "bp-purpose" }, purpose) : null,
    body,
    trouble,
    borrowed,
    speaker,
  );
  el.append(root);
  let timer = 0;
  return {
    root,
    body,
    // Spoken when the hand rests, so that a drag does not flood the listener.
    say(text) {
      root.dataset.state = text;
      clearTimeout(timer);
      timer = setTimeout(() => (speaker.textContent = text), 250);
    },
    // Which functions are lent to the reader: what is shown may rest on them.
    lent(names) {
      borrowed.hidden = !names?.length;
      borrowed.textContent = names?.length ? `Shown while lent to you: ${names.join(", ")}.` : "";
    },
    complain(text) {
      trouble.hidden = !text;
      if (trouble.textContent !== text) trouble.textContent = text || "";
    },
    width: () => body.clientWidth || 600,
  };
}

// What the lines and marks of a picture mean: [kind, tone, words] each.
export function legend(...entries) {
  const sign = ([kind, tone]) => {
    const ink = `var(--bp-${tone})`;
    return {
      line: () => shape("line", { x1: 1, x2: 25, y1: 7, y2: 7, stroke: ink, "stroke-width": 2.5 }),
      dashes: () => shape("line", { x1: 1, x2: 25, y1: 7, y2: 7, stroke: ink, "stroke-width": 2.5, "stroke-dasharray": "6 3" }),
      wedge: () => shape("polygon", { points: "1,6.5 25,3 25,11 1,7.5", fill: ink }),
      arrow: () => shape("path", { d: "M1,7H16V3L25,7L16,11V7", stroke: ink, fill: ink, "stroke-width": 2 }),
      dot: () => shape("circle", { cx: 13, cy: 7, r: 4, fill: ink }),
      ring: () => shape("circle", { cx: 13, cy: 7, r: 5, fill: "none", stroke: ink, "stroke-width": 2 }),
      square: () => shape("rect", { x: 8, y: 2, width: 10, height: 10, rx: 2, fill: "none", stroke: ink, "stroke-width": 2 }),
      patch: () => shape("rect", { x: 3, y: 1, width: 20, height: 12, rx: 2, fill: ink, stroke: "var(--bp-line)" }),
      triangle: () => shape("polygon", { points: "13,2 19,12 7,12", fill: "#ffffff", stroke: "#111111" }),
      mark: () => shape("path", { d: "M13,13V6L8,1H18L13,6", stroke: ink, fill: ink, "stroke-width": 1.5 }),
      black: () => shape("circle", { cx: 13, cy: 7, r: 4.5, fill: "#111111", stroke: "#ffffff" }),
      plus: () => shape("path", { d: "M8,7H18M13,2V12", stroke: ink, "stroke-width": 2.5 }),
    }[kind]();
  };
  return element("ul", { class: "bp-legend" }, ...entries.map((entry) =>
    element("li", {}, shape("svg", { width: 26, height: 14, "aria-hidden": "true" }, sign(entry)), entry[2])));
}

// Controls. JupyterLab takes the keys of a notebook unless the focused element says not to.

const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

export function button(label, action, attributes = {}) {
  return element("button", { type: "button", class: "bp-button", onclick: action, ...OWN_KEYS, ...attributes }, label);
}

export function slider(label, options, changed) {
  const { low, high, step = "any", value, show = (v) => number(v), logarithmic = false } = options;
  const there = logarithmic ? Math.log10 : (v) => v;
  const back = logarithmic ? (v) => 10 ** v : (v) => v;
  // A range snaps to its steps, and its rounded steps may end below its end: what was set is kept
  // exactly, and the last step reaches the end.
  const slack = logarithmic ? 1e-9 : 0;
  let exact = value;
  const id = identity("slider");
  const input = element("input", {
    type: "range", id, title: logarithmic ? "logarithmic: equal ways multiply by equal factors" : null, min: there(low), max: there(high) + slack, ...OWN_KEYS,
    step: logarithmic ? (there(high) - there(low)) / 60 : step,
  });
  const output = element("output", { for: id });
  const control = element(
    "div", { class: "bp-slider" }, element("label", { for: id }, label), input, output,
  );
  const tell = () => {
    output.textContent = show(control.value);
    input.setAttribute("aria-valuetext", show(control.value));
  };
  Object.defineProperty(control, "value", {
    get: () => exact,
    set: (value) => {
      exact = value;
      input.value = there(value);
      tell();
    },
  });
  control.name = (text) => (control.firstChild.textContent = text);
  control.range = (low, high) => {
    input.min = there(low);
    input.max = there(high) + slack;
  };
  control.input = input;
  control.value = value;
  input.addEventListener("input", () => {
    exact = logarithmic ? clamp(back(Number(input.value)), low, high) : Number(input.value);
    tell();
    changed(control.value);
  });
  return control;
}

export function choice(label, options, value, changed) {
  const id = identity("choice");
  const select = element("select", { id, ...OWN_KEYS });
  const control = element("div", { class: "bp-choice" }, element("label", { for: id }, label), select);
  control.offer = (options, value) => {
    select.replaceChildren(
      ...Object.entries(options).map(([key, text]) => element("option", { value: key }, text)),
    );
    select.value = value;
  };
  control.offer(options, value);
  select.addEventListener("change", () => changed(select.value));
  Object.defineProperty(control, "value", {
    get: () => select.value,
    set: (value) => (select.value = value),
  });
  control.input = select;
  return control;
}

export function tick(label, value, changed) {
  const input = element("input", { type: "checkbox", ...OWN_KEYS });
  input.checked = value;
  input.addEventListener("change", () => changed(input.checked));
  return element("label", { class: "bp-tick" }, input, " ", label);
}

// A number that is typed. What is no number, or out of bounds, is refused in words that say what is
// allowed; `judged` hears of it, so that nothing runs until it is mended.
export function numberField(label, { low, high, value, whole = false, judged = () => {} }, changed) {
  const id = identity("number");
  const complaint = element("span", { class: "bp-refused", role: "alert", id: `${id}-why` });
  const input = element("input", {
    id, type: "text", inputmode: "decimal", size: 6, "aria-describedby": `${id}-why`, ...OWN_KEYS,
  });
  let last = value;
  const show = (value) => String(Number(value.toPrecision(6))).replace("-", "−");
  const refuse = (text) => {
    control.refused = text;
    if (text) complaint.textContent = `✕ ${text}`;
    complaint.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  };
  const read = () => {
    const text = input.value.trim().replace("−", "-").replace(",", ".");
    const typed = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
    const fits = typed >= low && typed <= high && (!whole || Number.isInteger(typed));
    refuse(fits ? "" : `${input.value.trim() ? `“${input.value.trim().slice(0, 12)}” is refused` : "Nothing stands here"}. Allowed: a ${whole ? "whole " : ""}number from ${significant(low, 6)} to ${significant(high, 6)}.`);
    if (fits && typed !== last) {
      last = typed;
      changed(typed);
    }
    judged();
  };
  input.addEventListener("change", read);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") read();
  });
  const control = element(
    "div", { class: "bp-number" }, element("label", { for: id }, label), input,
  );
  control.complaint = complaint; // stands where there is room, so that no field moves
  Object.defineProperty(control, "value", {
    get: () => last,
    set: (value) => {
      last = value;
      input.value = show(value);
      complaint.textContent = "";
      refuse("");
    },
  });
  control.bounds = (lowest, highest) => {
    [low, high] = [lowest, highest];
  };
  control.value = value;
  control.input = input;
  control.name = label;
  return control;
}

// Something that is dragged, or moved with the arrow keys. `moved(dx, dy)` gets pixels while
// dragging; `stepped(dx, dy)` gets steps from the keyboard, ten with Shift, a tenth with Alt.
export function handle(node, label, { moved, stepped, grabbed = () => {} }) {
  fill(node, { tabindex: 0, role: "slider", "aria-label": label, "aria-valuenow": 0, ...OWN_KEYS }, []);
  node.classList.add("bp-handle");
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const far = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    // the space bar moves nothing, nor the page
    const steps = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
      PageUp: [0, 10], PageDown: [0, -10], Home: [-1000, 0], End: [1000, 0], " ": [0, 0],
    }[event.key];
    if (!steps) return;
    event.preventDefault();
    event.stopPropagation();
    if (steps[0] || steps[1]) stepped(steps[0] * far, steps[1] * far);
  });
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    node.focus({ preventScroll: true });
    grabbed();
    let { clientX: x, clientY: y } = event;
    const move = (event) => {
      moved(event.clientX - x, event.clientY - y, event);
      x = event.clientX;
      y = event.clientY;
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  });
  node.tell = (value, text) => {
    node.setAttribute("aria-valuenow", String(Math.round(value * 1000) / 1000));
    node.setAttribute("aria-valuetext", text);
  };
  return node;
}

// To Python and back. One question is under way at a time; while it is, only the newest other one
// waits. Arrays travel as bytes. In a page without Python `reference` answers.

export function connection(model, reference, { slow = () => {}, lent = () => {} } = {}) {
  let underWay = null;
  let waiting = null;
  let count = 0;
  let patience = 0;
  const mine = identity("link"); // two views of one widget hear each other's replies
  const next = () => {
    if (underWay || !waiting) return;
    underWay = waiting;
    waiting = null;
    if (model.alone) {
      const { question, then } = underWay;
      underWay = null;
      then(reference(question));
      return;
    }
    count += 1;
    underWay.count = `${mine} ${count}`;
    const [content, buffers] = packed(underWay.question);
    patience = setTimeout(() => slow(true), 3000);
    try {
      model.send({ ...content, count: underWay.count }, undefined, buffers);
    } catch {
      // the kernel that knew this widget is gone
      clearTimeout(patience);
      underWay = null;
      slow(true);
    }
  };
  const received = (content, buffers) => {
    if (content.count !== underWay?.count) return;
    clearTimeout(patience);
    slow(false);
    lent(content.lent);
    const { then } = underWay;
    underWay = null;
    then(unpacked(content, buffers));
    next();
  };
  if (!model.alone) model.on("msg:custom", received);
  return {
    ask(question, then) {
      waiting = { question, then };
      next();
    },
    close() {
      clearTimeout(patience);
      if (!model.alone) model.off("msg:custom", received);
    },
  };
}

function packed(question) {
  const content = { arrays: [] };
  const buffers = [];
  for (const [name, value] of Object.entries(question)) {
    if (value?.data instanceof Float64Array) {
      content.arrays.push([name, [value.rows, value.columns]]);
      buffers.push(value.data.slice().buffer);
    } else content[name] = value;
  }
  return [content, buffers];
}

function unpacked(content, buffers) {
  const { arrays = [], ...answer } = content;
  arrays.forEach(([name, dimensions], i) => {
    const view = buffers[i];
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    const columns = dimensions.length > 1 ? dimensions[1] : 1;
    answer[name] = { rows: dimensions[0] ?? 1, columns, data: new Float64Array(bytes) };
  });
  return answer;
}

// Matrices that came as lists in the settings

export function settingsMatrix(rows) {
  return { rows: rows.length, columns: rows[0].length, data: Float64Array.from(rows.flat()) };
}

// Motion: `run(draw, milliseconds)` draws from 0 to 1; with reduced motion only the end.

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function motion() {
  let frameNumber = 0;
  return {
    run(draw, milliseconds, done = () => {}) {
      cancelAnimationFrame(frameNumber);
      if (still()) {
        draw(1);
        done();
        return;
      }
      const start = performance.now();
      const go = (now) => {
        const share = clamp((now - start) / milliseconds, 0, 1);
        draw(share);
        if (share < 1) frameNumber = requestAnimationFrame(go);
        else done();
      };
      frameNumber = requestAnimationFrame(go);
    },
    stop: () => cancelAnimationFrame(frameNumber),
  };
}

// Many calls within one frame draw once.
export function onceAFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

// Colours for canvases come from the same custom properties as everything else.
export function colour(node, name) {
  return getComputedStyle(node).getPropertyValue(`--bp-${name}`).trim();
}

export function channels(node, name) {
  const text = colour(node, name);
  const value = parseInt(text.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

// Redraw where the theme or the width changes; the returned function ends it.
export function watch(node, draw) {
  let width = -1;
  const resized = new ResizeObserver(() => {
    if (node.clientWidth && node.clientWidth !== width) {
      width = node.clientWidth;
      draw();
    }
  });
  resized.observe(node);
  const themed = new MutationObserver(draw);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  return () => {
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", draw);
  };
}

// A canvas that is sharp on every screen, in CSS pixels.
export function paper(canvas, width, height) {
  const sharp = devicePixelRatio || 1;
  canvas.width = Math.round(width * sharp);
  canvas.height = Math.round(height * sharp);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const STILL = ".jp-RenderedImage img, .bp-still";

// In a notebook a still picture stands above every widget for those who see no widget: hide it
// while the widget is there. A widget may be made out of sight, so this waits until it is seen.
// What is returned shows the picture again.
export function hideStill(el) {
  let hidden = [];
  const seen = new ResizeObserver(() => {
    if (hidden.length || !el.isConnected) return;
    hidden = stillAbove(el);
    for (const output of hidden) output.style.display = "none";
  });
  seen.observe(el);
  return () => {
    seen.disconnect();
    for (const output of hidden) output.style.display = "";
  };
}

function stillAbove(el) {
  const above = [];
  let output = el.closest(".jp-OutputArea-child")?.previousElementSibling;
  while (output && above.length < 4) {
    above.push(output);
    if (output.querySelector(STILL)) return above;
    output = output.previousElementSibling;
  }
  return [];
}
