/*
 * The search box as an ARIA 1.2 combobox: suggestions from 2 letters, arrow keys, Enter, Esc.
 * The server answers HTML (components/_suggestions.html): a listbox of links with role="option".
 */
const form = document.querySelector("form[data-suggest]");
const input = form?.elements.q;
const panel = document.getElementById("suggestions");
let request = new AbortController();
let timer = 0;
let asked = "";

const options = () => [...panel.querySelectorAll('[role="option"]')];
const active = () => panel.querySelector('[aria-selected="true"]');

function close() {
  mark(null);
  panel.hidden = true;
  input.setAttribute("aria-expanded", "false");
}

function open() {
  if (!options().length) return close();
  panel.hidden = false;
  input.setAttribute("aria-expanded", "true");
}

function mark(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function move(by) {
  const all = options();
  if (panel.hidden) open();
  const at = all.indexOf(active());
  mark(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]);
}

async function suggest() {
  const words = input.value.trim();
  if (words === asked) return open();
  request.abort();
  if (words.length < 2) return close();
  request = new AbortController();
  try {
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, {
      headers: { "HX-Request": "true" },
      signal: request.signal,
    });
    if (!answer.ok) return close();
    panel.innerHTML = await answer.text();
    asked = words;
    options().forEach((option, index) => {
      option.id ||= `suggestion-${index}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    });
    if (document.activeElement === input) open();
  } catch {
    // Aborted by the next letter, or no network: the form still works.
  }
}

const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Escape: () => (panel.hidden ? (input.value = "") : close()),
  Enter: () => active().click(),
};

function press(event) {
  if (!(event.key in keys) || event.isComposing) return;
  if (event.key === "Enter" && (panel.hidden || !active())) return;
  if (event.key.startsWith("Arrow") && !options().length) return;
  event.preventDefault();
  keys[event.key]();
}

// Which product is opened after which words: the shop counts it, without whose choice it was.
function tellChoice(event) {
  const link = event.target.closest("#cards-frame a[href]");
  if (!link || location.pathname !== form.getAttribute("action")) return;
  const words = new URLSearchParams(location.search).get("q");
  if (words) navigator.sendBeacon(form.dataset.chosen, new URLSearchParams({ q: words, path: link.pathname }));
}

if (input) {
  document.addEventListener("click", tellChoice);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": panel.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 150);
  });
  input.addEventListener("keydown", press);
  input.addEventListener("focus", () => asked && open());
  form.parentElement.addEventListener("focusout", (event) => {
    if (!form.parentElement.contains(event.relatedTarget)) close();
  });
}
