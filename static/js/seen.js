/*
 * Stored in this browser alone: the products seen and compared.
 * Without it, or where nothing may be kept, the pages are whole: each link compares its own product.
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

// The tray at the foot of the page counts what is compared and leads to it.
const tray = document.getElementById("compare-tray");
const queryOf = (skus) => new URLSearchParams(skus.map((sku) => ["v", sku]));

function showCompared() {
  const skus = kept("compared");
  for (const link of document.querySelectorAll("[data-compare]")) {
    const is = skus.includes(link.dataset.compare);
    link.classList.toggle("is-compared", is);
    link.querySelector("[data-added]")?.toggleAttribute("hidden", !is);
  }
  if (!tray) return;
  tray.hidden = !skus.length;
  tray.querySelector("a").search = queryOf(skus);
  tray.querySelector("[data-count]").textContent = skus.length;
}

function compare(link, event) {
  const sku = link.dataset.compare;
  const others = kept("compared").filter((each) => each !== sku);
  const skus = [...others.slice(1 - MOST_COMPARED), sku];
  link.search = queryOf(skus);
  keep("compared", skus);
  // One that is compared already leads there, and so does each where nothing is kept.
  const leads = link.classList.contains("is-compared") || !kept("compared").includes(sku);
  if (!tray || leads || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showCompared();
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: tray.dataset.said } }));
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest?.("[data-forget-seen]")) {
    keep("seen", []);
    document.querySelector("[data-seen]").replaceChildren();
  }
  if (target.closest?.("[data-forget-compared]")) {
    keep("compared", []);
    showCompared();
  }
  const link = target.closest?.("[data-compare]");
  if (link) compare(link, event);
});

const place = document.querySelector("[data-seen]");
const comparing = document.querySelector("[data-comparing]");
// A page that was asked for nothing shows what is kept.
if (comparing?.dataset.comparing) keep("compared", [...new URLSearchParams(comparing.dataset.comparing).values()]);
else if (comparing && location.search) keep("compared", []);
else if (comparing && kept("compared").length) location.replace(`?${queryOf(kept("compared"))}`);
if (place) showSeen(place);
showCompared();
document.addEventListener("htmx:afterSwap", showCompared);
// The other tabs of this browser, and pages that come back from its memory.
addEventListener("storage", showCompared);
addEventListener("pageshow", showCompared);
