/*
 * What this browser remembers, and nobody else: the products it has seen, and what it compares.
 * Without it, or where nothing may be kept, the pages are whole.
 */
const MOST_SEEN = 9;
const MOST_COMPARED = 4;

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
  } catch {
    // This browser keeps nothing.
  }
}

async function showSeen(place) {
  const seen = kept("seen").filter((slug) => slug !== place.dataset.seen);
  keep("seen", [place.dataset.seen, ...seen].slice(0, MOST_SEEN));
  if (!seen.length) return;
  const asked = new URLSearchParams(seen.slice(0, MOST_SEEN - 1).map((slug) => ["p", slug]));
  const answer = await fetch(`${place.dataset.seenUrl}?${asked}`, { credentials: "omit" });
  if (answer.ok) place.innerHTML = await answer.text();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-forget-seen]")) {
    keep("seen", []);
    document.querySelector("[data-seen]").replaceChildren();
  }
  const link = target.closest?.("[data-compare]");
  if (link) {
    const others = kept("compared").filter((sku) => sku !== link.dataset.compare);
    const skus = [...others.slice(1 - MOST_COMPARED), link.dataset.compare];
    link.search = new URLSearchParams(skus.map((sku) => ["v", sku]));
  }
});

const place = document.querySelector("[data-seen]");
const comparing = document.querySelector("[data-comparing]");
if (comparing) keep("compared", new URLSearchParams(comparing.dataset.comparing).getAll("v"));
if (place) showSeen(place);
