/*
 * What this browser alone remembers: the products seen and compared and, of guests, their favourites.
 * Without it, or where nothing may be stored, the pages are whole: links and forms lead on.
 */
const MOST_SEEN = 9;
const MOST_COMPARED = 4;
const MOST_FAVOURITES = 50;
const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);

function kept(name) {
  try {
    const list = JSON.parse(localStorage.getItem(name));
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function keep(name, list) {
  try {
    localStorage.setItem(name, JSON.stringify(list));
    return true;
  } catch {
    return false; // This browser keeps nothing.
  }
}

const queryOf = (name, values) => new URLSearchParams(values.map((value) => [name, value]));
const toast = (text, level) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));

async function fill(place, url, query) {
  const answer = await fetch(`${url}?${query}`, { credentials: "omit" });
  if (answer.ok) place.innerHTML = await answer.text();
  paintFavourites();
}

function showSeen(place) {
  const { seen, seenUrl } = place.dataset;
  const others = kept("seen").filter((slug) => slug !== seen);
  if (seen) keep("seen", [seen, ...others].slice(0, MOST_SEEN));
  if (others.length) fill(place, seenUrl, queryOf("p", others.slice(0, MOST_SEEN - 1)));
}

// Favourites: [slug, SKU, time] of guests; who is signed in has a list on the server, which #me brings.
const links = () => one("[data-favourites]")?.dataset;
const ofAccount = () => one("#me")?.dataset.saved?.split(" ").filter(Boolean);

function paintFavourites() {
  const slugs = ofAccount() ?? kept("favourites").map(([slug]) => slug);
  for (const heart of all("[data-favourite]")) {
    heart.setAttribute("aria-pressed", String(slugs.includes(heart.dataset.favourite)));
  }
  for (const count of all("[data-favourites-count]")) {
    count.firstChild.data = slugs.length;
    count.hidden = !slugs.length;
  }
}

async function send(url, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const { saved, text, error } = await answer.json();
  if (saved) one("#me").dataset.saved = saved.join(" ");
  paintFavourites();
  if (text || error) toast(text ?? error, error && "error");
  return answer.ok;
}

function favour(heart, event) {
  const slug = heart.dataset.favourite;
  const isSaved = heart.getAttribute("aria-pressed") === "true";
  if (ofAccount()) {
    const failed = one("#toasts").dataset.failed;
    send(links().save, { variant: heart.value, remove: isSaved ? 1 : "" }).catch(() => toast(failed, "error"));
  } else {
    const others = kept("favourites").filter(([each]) => each !== slug);
    const list = isSaved ? others : [[slug, heart.value, Date.now()], ...others];
    if (!keep("favourites", list.slice(0, MOST_FAVOURITES))) return;
    paintFavourites();
    toast(isSaved ? links().removed : links().added);
  }
  event.preventDefault();
}

// Once somebody is signed in, what they saved before joins their list.
async function mergeFavourites() {
  const mine = kept("favourites");
  if (!ofAccount() || !mine.length) return;
  keep("favourites", []);
  const isDone = await send(links().merge, mine.map(([, sku]) => ["variant", sku])).catch(() => false);
  if (!isDone) keep("favourites", mine);
}

// The comparison: [SKU, picture]. The tray at the foot of the page leads to it.
const tray = one("#compare-tray");
const compared = () => kept("compared").filter(Array.isArray);
const skusOf = (list) => list.map(([sku]) => sku);

function showCompared() {
  const list = compared();
  for (const link of all("[data-compare]")) {
    const is = skusOf(list).includes(link.dataset.compare);
    link.classList.toggle("is-compared", is);
    link.querySelector("[data-added]")?.toggleAttribute("hidden", !is);
  }
  if (!tray) return;
  tray.hidden = !list.length;
  tray.querySelector("a").search = queryOf("v", skusOf(list));
  tray.querySelector("[data-count]").textContent = list.length;
  const pictures = list.map(([, src]) => Object.assign(new Image(36, 45), { src, alt: "" }));
  tray.querySelector("[data-pictures]").replaceChildren(...pictures.filter((picture) => picture.getAttribute("src")));
}

function compare(link, event) {
  const sku = link.dataset.compare;
  const others = compared().filter(([each]) => each !== sku);
  const list = [...others.slice(1 - MOST_COMPARED), [sku, link.dataset.picture ?? ""]];
  link.search = queryOf("v", skusOf(list));
  const canKeep = keep("compared", list);
  // One that is compared already leads there, and so does each where nothing is kept.
  const leads = link.classList.contains("is-compared") || !canKeep;
  if (!tray || leads || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showCompared();
  toast(tray.dataset.said);
}

const clicks = {
  "[data-forget-seen]": () => {
    keep("seen", []);
    one("[data-seen]").replaceChildren();
  },
  "[data-forget-compared]": () => {
    keep("compared", []);
    showCompared();
  },
  "[data-compare]": compare,
  "[data-favourite]": favour,
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  }
});

function paint() {
  showCompared();
  paintFavourites();
}

const comparing = one("[data-comparing]");
// A page that was asked for nothing shows what is kept.
if (one("[data-compared]")) keep("compared", all("[data-compared]").map(({ dataset }) => [dataset.compared, dataset.picture]));
else if (comparing && location.search) keep("compared", []);
else if (comparing && compared().length) location.replace(`?${queryOf("v", skusOf(compared()))}`);
if (one("[data-seen]")) showSeen(one("[data-seen]"));
const list = one("[data-favourites-list]");
if (list) fill(list, list.dataset.favouritesList, queryOf("v", kept("favourites").map(([, sku]) => sku)));
paint();
document.addEventListener("htmx:afterSwap", () => {
  paint();
  mergeFavourites();
});
// The other tabs of this browser, and pages that come back from its memory.
addEventListener("storage", paint);
addEventListener("pageshow", paint);
