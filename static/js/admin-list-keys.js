/* Lists by keyboard: j and k go through the rows, x chooses one, Enter opens it, ? names the keys. */
const keys = document.querySelector("#keys");
const rows = [...document.querySelectorAll("#result_list tbody tr")];
const isTyping = (element) => element.isContentEditable || element.matches("input:not([type='checkbox']), textarea, select");
let place = -1;

const link = (row) => row.querySelector("th a");

const go = (step) => {
  if (!rows.length) return;
  place = Math.min(Math.max(place + step, 0), rows.length - 1);
  (link(rows[place]) ?? rows[place].querySelector("a, input"))?.focus({ preventScroll: true });
  rows[place].scrollIntoView({ block: "nearest" });
};

const ACTIONS = {
  j: () => go(1),
  k: () => go(-1),
  x: () => rows[place]?.querySelector("input.action-select")?.click(),
  "?": () => keys?.showModal(),
};

/* Whoever goes on by tab or mouse goes on from there. */
document.querySelector("#result_list")?.addEventListener("focusin", (event) => {
  place = rows.indexOf(event.target.closest("tbody tr"));
});

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || !Object.hasOwn(ACTIONS, event.key)) return;
  event.preventDefault();
  ACTIONS[event.key]();
});
