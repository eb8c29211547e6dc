/*
 * The district that somebody named stays in this browser, because public pages are the same for
 * everybody: the header says it, cards and products say when they come there. What they say stands
 * in lines that are there already, so that nothing moves.
 */
const MAX_CARDS = 60; // in one request, see storefront.delivery_estimate
const chip = document.querySelector(".place-chip");

function kept() {
  try {
    return localStorage.getItem("district") ?? "";
  } catch {
    return "";
  }
}

function keep(district) {
  try {
    localStorage.setItem("district", district);
  } catch {
    // This browser keeps nothing.
  }
}

function paintChip() {
  const name = chip.querySelector("[data-place-name]");
  name.textContent = kept().split(",")[0] || name.dataset.placeName;
  chip.toggleAttribute("data-known", Boolean(kept()));
}

async function askDates(slots) {
  const wanted = new URLSearchParams([["district", kept()]]);
  for (const { dataset } of slots) wanted.append("p", dataset.arrives);
  const answer = await fetch(`${chip.dataset.dates}?${wanted}`);
  const dates = answer.ok ? await answer.json() : {};
  for (const slot of slots) slot.textContent = dates[slot.dataset.arrives] ?? "";
}

async function paintCards() {
  const slots = [...document.querySelectorAll("[data-arrives]:not([data-asked])")];
  for (const slot of slots) slot.dataset.asked = "";
  while (kept() && slots.length) await askDates(slots.splice(0, MAX_CARDS)).catch(() => {});
}

function paintPromise(isNew) {
  const promise = document.getElementById("promise");
  const form = promise?.querySelector("form");
  if (!form?.elements.district || (!isNew && (promise.dataset.place || promise.open || !kept()))) return;
  const asked = new URLSearchParams({ v: form.elements.v.value, folded: "1" });
  if (kept()) asked.set("district", kept());
  htmx.ajax("GET", `${form.getAttribute("action")}?${asked}`, { target: promise, swap: "outerHTML" });
}

function change(district) {
  keep(district);
  paintChip();
  for (const slot of document.querySelectorAll("[data-asked]")) {
    slot.textContent = "";
    delete slot.dataset.asked;
  }
  paintCards();
}

if (chip) {
  // A private page knows the district by its cookie, which browsers keep longer than this or less long.
  const { known } = chip.dataset;
  if (known) keep(known);
  else if (kept() && document.getElementById("cart")) {
    htmx.ajax("POST", chip.href, { values: { district: kept() }, swap: "none" });
  }
  paintChip();
  paintCards();
  paintPromise();
  document.addEventListener("place-changed", ({ detail: { district } }) => {
    change(district);
    paintPromise(true);
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const place = document.getElementById("promise")?.dataset.place;
    if (place && place !== kept()) change(place);
    else if (detail.target?.id === "product") paintPromise();
    paintCards();
  });
}
