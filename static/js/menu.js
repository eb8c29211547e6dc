/*
 * Dialogs that are asked for once somebody wants them: the menu and the place. On wide screens the
 * menu's categories open below their family in the row under the header. Without scripts the links
 * lead to pages.
 */
const OPENS_AFTER = 150; // milliseconds for which the pointer rests
const CLOSES_AFTER = 300;
const JUST_OPENED = 500;
const nav = document.querySelector(".site-nav[data-tree]");
const wide = matchMedia("(min-width: 60rem)");
const asked = new Map();
let wanted = null;
let openedAt = 0;
let timer = 0;

async function fetchDialog(id, url) {
  await htmx.ajax("GET", url, { target: "body", swap: "beforeend" });
  const dialog = document.getElementById(id);
  const language = dialog?.querySelector("[data-language]");
  // Of this page, not of the menu's own.
  if (language) language.href = document.querySelector(".site-header__language")?.href ?? language.href;
  if (!dialog) asked.delete(id);
  return dialog;
}

function dialogOf(id, url) {
  if (!asked.has(id)) asked.set(id, fetchDialog(id, url).catch(() => asked.delete(id) && null));
  return asked.get(id);
}

async function openDialog(link) {
  const dialog = await dialogOf(link.dataset.dialog, link.href);
  if (!dialog) location.assign(link.href);
  else if (!dialog.open) dialog.showModal();
}

const buttonOf = (entry) => entry?.querySelector(":scope > .site-nav__open");
const opened = () => nav.querySelector(".site-nav__open[aria-expanded=true]")?.parentElement;

function close() {
  clearTimeout(timer);
  wanted = null;
  const entry = opened();
  if (!entry) return;
  buttonOf(entry).setAttribute("aria-expanded", "false");
  entry.querySelector(".site-nav__panel").hidden = true;
}

function panelOf(entry, drawer) {
  const known = entry.querySelector(".site-nav__panel");
  if (known) return known;
  const families = [...drawer.querySelectorAll("[data-family]")];
  const family = families.find((each) => each.dataset.family === entry.firstElementChild.pathname);
  const shelves = family?.querySelector(".menu__panel");
  if (!shelves) return null;
  const panel = document.createElement("div");
  panel.className = "site-nav__panel";
  panel.append(shelves.cloneNode(true));
  entry.append(panel);
  return panel;
}

async function open(entry) {
  clearTimeout(timer);
  wanted = entry;
  const drawer = await dialogOf("menu", nav.dataset.tree);
  // The pointer has gone on meanwhile.
  if (wanted !== entry || !wide.matches) return;
  const panel = drawer && panelOf(entry, drawer);
  close();
  if (!panel) return;
  panel.hidden = false;
  buttonOf(entry).setAttribute("aria-expanded", "true");
  openedAt = performance.now();
}

function press(entry) {
  if (entry !== opened()) open(entry);
  // The pointer that comes to press it has opened it already.
  else if (performance.now() - openedAt > JUST_OPENED) close();
}

function soon(act, wait) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openDialog(link);
});

if (nav) {
  nav.addEventListener("click", ({ target }) => {
    const entry = target.closest(".site-nav__open")?.parentElement;
    if (entry) press(entry);
  });
  nav.addEventListener("pointerover", ({ pointerType, target }) => {
    if (pointerType !== "mouse" || !wide.matches) return;
    const entry = target.closest(".site-nav > ul > li");
    if (entry && entry === opened()) clearTimeout(timer);
    else if (buttonOf(entry)) soon(() => open(entry), OPENS_AFTER);
    else soon(close, OPENS_AFTER);
  });
  nav.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && soon(close, CLOSES_AFTER));
  nav.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !opened()?.contains(relatedTarget) && close());
  // Down leads from a family into what lies below it.
  nav.addEventListener("keydown", async (event) => {
    const entry = event.key === "ArrowDown" && wide.matches && event.target.parentElement;
    if (!entry || !buttonOf(entry)) return;
    event.preventDefault();
    await open(entry);
    entry.querySelector(".site-nav__panel:not([hidden]) a")?.focus();
  });
  document.addEventListener("keydown", ({ key, target }) => {
    const entry = key === "Escape" && opened();
    if (!entry) return;
    close();
    if (nav.contains(target)) buttonOf(entry).focus();
  });
  document.addEventListener("pointerdown", ({ target }) => !nav.contains(target) && close());
}
