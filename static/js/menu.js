/*
 * The tree of shelves, asked for once somebody wants it: from the button of phones as a drawer, and on
 * wide screens below the family in the row under the header. Without scripts the links lead to pages.
 */
const OPENS_AFTER = 150; // milliseconds for which the pointer rests
const CLOSES_AFTER = 300;
const JUST_OPENED = 500;
const nav = document.querySelector(".site-nav[data-tree]");
const wide = matchMedia("(min-width: 60rem)");
let asked = null;
let wanted = null;
let openedAt = 0;
let timer = 0;

async function fetchTree(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.status);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return document.body.appendChild(holder.content.querySelector("dialog"));
}

function tree(url) {
  asked ??= fetchTree(url).catch(() => (asked = null));
  return asked;
}

async function openDrawer(link) {
  const drawer = await tree(link.href);
  if (!drawer) location.assign(link.href);
  else if (!drawer.open) drawer.showModal();
}

const buttonOf = (entry) => entry?.querySelector(".site-nav__open");
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
  const shelves = family?.querySelector(".menu__shelves");
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
  const drawer = await tree(nav.dataset.tree);
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
  const link = event.target.closest("[data-menu]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openDrawer(link);
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
  document.addEventListener("keydown", ({ key, target }) => {
    const entry = key === "Escape" && opened();
    if (!entry) return;
    close();
    if (nav.contains(target)) buttonOf(entry).focus();
  });
  document.addEventListener("pointerdown", ({ target }) => !nav.contains(target) && close());
}
