/*
 * What scripts add to the store; every page works without them.
 *
 * htmx attributes are written data-hx-… in templates, so that the pages stay valid HTML.
 * Answers of the server speak through the header HX-Trigger:
 *   {"open-dialog": {"id": "cart-drawer"}}   {"close-dialog": {"id": "…"}}
 *   {"toast": {"text": "…", "level": "success" | "error"}}   {"cart-changed": {}}
 */
const root = document.documentElement;
const wide = matchMedia("(min-width: 60rem)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Colours: the visitor's choice stays in this browser.
function paintTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

function chooseTheme(theme) {
  localStorage.setItem("theme", theme);
  paintTheme(theme);
}

// Dialogs and drawers.
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

function closeDialog(id) {
  document.getElementById(id)?.close();
}

// On phones the facets move into a modal sheet, and back when it closes.
function openSheet(details) {
  const panel = details.querySelector(".facets__panel");
  const sheet = document.createElement("dialog");
  sheet.className = "drawer sheet";
  sheet.setAttribute("aria-label", details.querySelector("summary").textContent.trim());
  sheet.append(panel);
  details.after(sheet);
  sheet.addEventListener("close", () => {
    details.append(...sheet.childNodes);
    sheet.remove();
    details.querySelector("summary").focus();
  });
  sheet.showModal();
}

// Toasts.
function toast(text, level = "success") {
  const note = document.createElement("p");
  note.className = `toast toast--${level}`;
  note.textContent = text;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

// Quantity steppers.
function limitStepper(input) {
  const box = input.closest(".quantity");
  const [less, more] = box.querySelectorAll("button");
  less.disabled = Number(input.value) <= Number(input.min || 0);
  more.disabled = input.max !== "" && Number(input.value) >= Number(input.max);
}

function step(button) {
  const input = button.closest(".quantity").querySelector("input");
  if (Number(button.dataset.step) > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Hold clocks: seconds left when the server wrote the page, so the visitor's own clock does not matter.
const clocks = new Map();

function tick() {
  for (const [clock, deadline] of clocks) {
    const left = Math.max(0, Math.round((deadline - performance.now()) / 1000));
    if (!clock.isConnected) clocks.delete(clock);
    else if (left) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    else {
      clocks.delete(clock);
      clock.textContent = "0:00";
      clock.closest(".hold")?.setAttribute("data-over", "");
    }
  }
}

// Groups of filters stay open or folded, and scrolled, as the visitor left them when the server sends them again.
const folds = new Map();
const scrolls = new Map();

function keepFacets() {
  for (const facet of document.querySelectorAll(".facet")) facet.open = folds.get(facet.id) ?? facet.open;
  for (const [id, top] of scrolls) document.getElementById(id)?.scrollTo({ top });
}

document.addEventListener("toggle", ({ target }) => target.matches(".facet") && folds.set(target.id, target.open), true);
document.addEventListener("scroll", ({ target }) => target.matches?.(".facet__list") && scrolls.set(target.id, target.scrollTop), true);

// What new content needs, at the start and after each swap.
function enhance(scope) {
  paintTheme(root.dataset.theme ?? "");
  keepFacets();
  for (const clock of scope.querySelectorAll("[data-seconds]")) {
    if (!clocks.has(clock)) clocks.set(clock, performance.now() + Number(clock.dataset.seconds) * 1000);
  }
  scope.querySelectorAll(".quantity input").forEach(limitStepper);
  scope.querySelector("[data-focus]")?.focus();
  tick();
}

const clicks = {
  "[data-theme-choice]": (button) => chooseTheme(button.dataset.themeChoice),
  "[data-step]": step,
  "[data-open-dialog]": (opener, event) => {
    event.preventDefault();
    openDialog(opener.dataset.openDialog);
  },
  "[data-close-dialog]": (closer) => closer.closest("dialog")?.close(),
  ".facets > summary": (summary, event) => {
    if (wide.matches) return;
    event.preventDefault();
    openSheet(summary.parentElement);
  },
  "[data-reveal]": (button) => {
    const input = button.parentElement.querySelector("input");
    input.type = input.type === "password" ? "text" : "password";
    for (const word of button.querySelectorAll("span:not([class])")) word.hidden = !word.hidden;
  },
  "[data-slide]": (link, event) => {
    event.preventDefault();
    const slide = document.getElementById(link.hash.slice(1));
    const strip = slide.parentElement;
    strip.scrollTo({ left: slide.offsetLeft - strip.offsetLeft, behavior: calm.matches ? "auto" : "smooth" });
  },
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const found = event.target.closest(selector);
    if (found) act(found, event);
  }
  // A click on the veil lands on the dialog itself, outside its box.
  if (event.target.matches("dialog[open]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.detail) event.target.close();
  }
});

// The second picture of a card waits beside the first, unless the cards themselves are a strip.
const TOUCHED = ".card-grid:not(.strip) .card__picture:has(.card__second)";
document.addEventListener("touchstart", ({ target }) => target.closest?.(TOUCHED)?.classList.add("is-touched"), { passive: true });

document.addEventListener("change", (event) => {
  if (event.target.matches(".quantity input")) limitStepper(event.target);
  const form = event.target.closest("form[data-auto-submit]");
  if (form && event.target.checkValidity()) form.requestSubmit();
});

// The summary on top names what is still wrong; with nothing left to name it goes.
function shortenSummary() {
  for (const link of document.querySelectorAll('.error-summary li a[href^="#id_"]')) {
    const summary = link.closest(".error-summary");
    const error = document.getElementById(`${link.hash.slice(1)}_error`);
    // What is hidden now, as the address of who collects, is not asked for any more.
    if (!error?.checkVisibility()) link.closest("li").remove();
    if (!summary.querySelector("li")) summary.remove();
  }
}

// A field that is filled in again is not wrong any more.
function forgive(field) {
  const id = `id_${field.name}`;
  document.getElementById(`${id}_error`)?.remove();
  for (const told of document.querySelectorAll(`[aria-describedby~="${id}_error"]`)) {
    told.setAttribute("aria-describedby", told.getAttribute("aria-describedby").replace(`${id}_error`, "").trim());
    told.removeAttribute("aria-invalid");
  }
  shortenSummary();
}

// What goes makes the page shorter: not while a finger or the mouse is down, or the press would miss what it began on.
let isPressing = false;
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(type, () => (isPressing = type === "pointerdown"), true);
}

function afterPress(act) {
  if (isPressing) addEventListener("pointerup", () => setTimeout(act), { once: true });
  else setTimeout(act);
}

// Files are named beside their button, whose words are in the page's language.
document.addEventListener("change", ({ target }) => {
  const names = target.type === "file" && target.parentElement.querySelector(".file__names");
  if (!names) return;
  const { files } = target;
  names.textContent = files.length > 2 ? names.dataset.files.replace("%s", files.length) : Array.from(files, (file) => file.name).join(", ");
});

document.addEventListener("change", ({ target }) => target.name && target.form?.noValidate && target.checkValidity() && afterPress(() => forgive(target)));

// What a folded part of the checkout said before one of its fields was changed is not true any more.
document.addEventListener("change", ({ target }) => {
  const summary = target.closest(".express")?.querySelector("summary");
  summary?.querySelector("span").replaceChildren(summary.dataset.changed);
});

// Enter in such a field presses the button beside it, not the form's.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && document.getElementById(event.target.dataset?.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// A second click on "Pay" sends nothing; the server would refuse it anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
  // Browsers keep what is typed into a field of plain text.
  for (const shown of form.querySelectorAll(".password input")) shown.type = "password";
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What went into the cart shows for a moment where it was pressed, and in the header.
document.addEventListener("cart-changed", ({ target }) => {
  if (!target.dataset) return;
  target.dataset.done = "";
  setTimeout(() => delete target.dataset.done, 2000);
});

// The picture of a pressed card grows into the gallery of its product, and shrinks back into it.
let grown;

function nameCard(url) {
  grown?.style.removeProperty("view-transition-name");
  const { pathname } = new URL(url);
  const links = [...document.querySelectorAll(".card__link")].filter((link) => link.pathname === pathname);
  const link = links.find((each) => each === document.activeElement) ?? links[0];
  grown = link?.closest(".card").querySelector("img");
  if (grown) grown.style.viewTransitionName = "product-picture";
}

addEventListener("pageswap", ({ viewTransition, activation }) => {
  const gallery = document.querySelector("#product .gallery img");
  if (!viewTransition) return;
  nameCard(activation.entry.url);
  if (grown && gallery) gallery.style.viewTransitionName = "none";
  // Without a card to grow from there is only the way back to one.
  else if (!grown && !(gallery && activation.navigationType === "traverse")) viewTransition.skipTransition();
});
addEventListener("pagereveal", ({ viewTransition }) => {
  document.querySelector("#product .gallery img")?.style.removeProperty("view-transition-name");
  const from = viewTransition && navigation.activation?.from?.url;
  if (from && !document.getElementById("product")) nameCard(from);
});

document.addEventListener("open-dialog", (event) => openDialog(event.detail.id));
document.addEventListener("close-dialog", (event) => closeDialog(event.detail.id));
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  // What was swapped whole has left the page: its successor has its name.
  enhance(target?.isConnected ? target : (document.getElementById(target?.id) ?? document));
  shortenSummary();
  // A visitor who pressed a link of the old list continues at the new one.
  if (document.activeElement === document.body && target?.tabIndex === -1 && target.hasAttribute("tabindex")) target.focus({ preventScroll: true });
});
// Fields left empty are no part of an address, and the same list asked for twice is one step back.
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history } }) => {
  const address = new URL(history.path, location.href);
  address.search = new URLSearchParams([...address.searchParams].filter(([, value]) => value));
  history.path = address.pathname + address.search;
  if (history.path === location.pathname + location.search) history.type = "replace";
});
// Here the event's target is what was there before, which has left the page.
document.addEventListener("htmx:oobAfterSwap", (event) => enhance(document.getElementById(event.detail.target.id) ?? document));
// A question that the next one replaces is given up, which is no error to write down.
document.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => {
  const givenUp = xhr.onabort;
  xhr.onabort = () => {
    const { error } = console;
    console.error = () => {};
    givenUp();
    console.error = error;
  };
});
// Lists fade into each other, except where people want no motion; one that is cut short is no error.
document.addEventListener("htmx:beforeTransition", (event) => calm.matches && event.preventDefault());
window.addEventListener("unhandledrejection", (event) => /transition/i.test(event.reason?.message) && event.preventDefault());
document.addEventListener("htmx:responseError", () => toast(document.getElementById("toasts").dataset.failed, "error"));
document.addEventListener("htmx:sendError", () => toast(document.getElementById("toasts").dataset.offline, "error"));

root.dataset.js = "";
paintTheme(localStorage.getItem("theme") ?? "");
enhance(document);
setInterval(tick, 1000);
