// A quick question, answered by a click or a key. The replies stay with Python until one is asked.

import { button, connection, element, frame, hideStill, tick } from "../base.js";

// In a page by itself the replies come with the settings.
function reference({ choice, replies, right }) {
  return { choice, right: choice === right, reply: replies[choice], problems: {} };
}

function render({ model, el }) {
  const settings = model.get("settings");
  const { root, body, say, complain, lent } = frame(el, "A quick question", null);
  const showStill = hideStill(el);
  const link = connection(model, reference, {
    lent,
    slow: (waits) => complain(waits ? "Python does not answer: it is busy, or was started anew (then run this cell again)." : ""),
  });
  const reply = element("p", { class: "bp-reply", role: "status" });
  const buttons = Object.entries(settings.choices).map(([letter, text]) => {
    const choice = button("", () => answer(letter), { class: "bp-button bp-answer", "aria-pressed": "false" });
    choice.append(element("b", {}, letter), ` ${text}`);
    choice.letter = letter;
    return choice;
  });
  const group = element("div", { class: "bp-answers", role: "group", "aria-label": "choices; their letters answer too" }, ...buttons);
  let sure = false;
  const how = settings.asks_how_sure ? tick("I am sure of my choice", false, (to) => (sure = to)) : null;
  body.append(element("p", { class: "bp-asked" }, settings.text), ...(how ? [how] : []), group, reply);
  const answer = (choice) => {
    link.ask({ choice, sure, ...(model.alone ? settings : {}) }, (told) => {
      for (const each of buttons) {
        const mine = each.letter === told.choice;
        each.setAttribute("aria-pressed", String(mine));
        each.classList.toggle("bp-is-right", mine && told.right);
        each.classList.toggle("bp-is-wrong", mine && !told.right);
      }
      reply.replaceChildren(
        element("span", { class: told.right ? "bp-right" : "bp-wrong" }, told.right ? `✓ ${told.choice} is right. ` : `✕ ${told.choice} is not it. `),
        told.reply, told.right ? "" : " Choose again.",
      );
      root.dataset.answered = told.choice;
      say("");
    });
  };
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const place = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1 }[event.key];
    if (event.key.toLowerCase() in settings.choices) {
      buttons.find(({ letter }) => letter === event.key.toLowerCase()).focus();
      answer(event.key.toLowerCase());
    }
    else if (next !== undefined) buttons[(next + buttons.length) % buttons.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => {
    link.close();
    showStill();
  };
}

export default { render, reference };
