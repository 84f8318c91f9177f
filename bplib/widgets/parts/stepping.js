// Your code, stepped: what a function was called with, its lines, and what each of them made, back
// and forth.

import { button, element, frame, hideStill, number, slider, watch } from "../base.js";

function render({ model, el }) {
  const settings = model.get("settings");
  const { lines, given } = settings;
  const [main, opening] = lines[0] ?? [":", ""];
  const steps = [...(given.length ? [{ key: main, line: opening, start: true }] : []), ...settings.steps];
  const marked = steps.find(({ off }) => off)?.key;
  const { root, body, say, complain } = frame(
    el, `${settings.name}, line by line`,
    "One call of your function. Step through its lines, and look at what each of them made.",
  );
  const showStill = hideStill(el);
  let step = Math.max(0, steps.findIndex(({ off }) => off));
  let playing = 0;

  const back = button("◀ back", () => go(step - 1));
  const forth = button("step ▶", () => go(step + 1));
  const play = button("play", () => (playing ? stop() : start()), { "aria-pressed": "false" });
  const scrub = slider("step", { low: 0, high: Math.max(1, steps.length - 1), step: 1, value: 0, show: (v) => `${v + 1} of ${steps.length}` }, (v) => {
    stop();
    go(v);
  });
  const code = element("ol", { class: "bp-lines bp-code", "aria-label": "the function" });
  const rows = lines.map(([key, lineNumber, text]) => {
    const row = element("li", {}, element("span", { class: "bp-number-of", "aria-hidden": "true" }, String(lineNumber)), text || " ");
    row.style.setProperty("--hang", String(text.search(/\S|$/) + 2)); // what is wrapped starts further in
    if (key === marked) row.append(element("span", { class: "bp-wrong" }, "  ✕ goes wrong here"));
    code.append(row);
    return [key, row];
  });
  const state = element("p", { class: "bp-state bp-two" });
  const made = element("div", { class: "bp-matrices" });
  body.append(
    element("div", { class: "bp-row" }, back, forth, play, scrub), state,
    element("div", { class: "bp-columns" }, element("div", { class: "bp-grow", style: "flex-basis:360px" }, code), element("div", { class: "bp-grow", style: "flex-basis:300px" }, made)),
  );
  complain(settings.problem ?? "");

  const go = (to) => {
    if (to < 0 || to >= steps.length) return;
    step = to;
    draw();
  };
  const start = () => {
    play.textContent = "pause";
    play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => (step >= steps.length - 1 ? stop() : go(step + 1)), 1300);
    go(step >= steps.length - 1 ? 0 : step + 1);
  };
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "play";
    play.setAttribute("aria-pressed", "false");
  };

  const table = ({ name, shape, rows, text, off }, fresh) => {
    if (!rows) return element("p", { class: fresh ? "bp-made bp-fresh" : "bp-made" }, `${name} = ${text}`);
    return element("table", { class: `bp-matrix${fresh ? " lit" : ""}`, style: `--tone: var(--bp-${off ? "error" : "forward"})`, "data-name": name },
      element("caption", {}, `${name} ${shape}`, off ? element("span", { class: "bp-wrong" }, " ✕") : null),
      ...rows.map((row) => element("tr", {}, ...row.map((value) => element("td", {}, number(value ?? NaN, 3))))));
  };
  const draw = () => {
    const now = steps[step];
    back.disabled = step === 0;
    forth.disabled = step >= steps.length - 1;
    scrub.value = step;
    for (const [key, row] of rows) {
      if (now && key === now.key) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    }
    if (!now) {
      state.textContent = "No line of it has been run.";
      return;
    }
    // the newest value of every name, where its first one stood, so that nothing moves
    const place = (key, name) => key.split(":")[0] + name;
    const newest = new Map(given.map((each) => [place(main, each.name), each]));
    for (const each of steps.slice(0, step + 1)) if (!each.start) newest.set(place(each.key, each.name), each);
    made.replaceChildren(...[...newest.values()].map((each) => table(each, each === now || now.start)));
    state.replaceChildren(
      now.start ? `The call begins, with ${given.map(({ name }) => name).join(", ")}. `
        : `Line ${now.line} makes ${now.name}${now.shape ? `, shape ${now.shape}` : ""}. `,
      now.off ? element("span", { class: "bp-wrong" }, "✕ Here it goes wrong: the first value that is not what it should be.") : "",
    );
    say(`Step ${step + 1} of ${steps.length}. ${state.textContent}`);
  };

  const unwatch = watch(body, draw);
  draw();
  return () => {
    stop();
    unwatch();
    showStill();
  };
}

export default { render };
