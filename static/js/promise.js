/*
 * The district that somebody asked about stays in this browser: each product says when it comes there.
 * The sum stands where the invitation stood, in as many lines, so that nothing moves.
 */
function kept() {
  try {
    return localStorage.getItem("district") ?? "";
  } catch {
    return "";
  }
}

function keep(place) {
  try {
    localStorage.setItem("district", place);
  } catch {
    // This browser keeps nothing.
  }
}

function showAgain() {
  const promise = document.getElementById("promise");
  const form = promise?.querySelector("form");
  if (!form?.elements.district || promise.dataset.place || promise.open || !kept()) return;
  const asked = new URLSearchParams({ v: form.elements.v.value, district: kept(), folded: "1" });
  htmx.ajax("GET", `${form.getAttribute("action")}?${asked}`, { target: promise, swap: "outerHTML" });
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const place = document.getElementById("promise")?.dataset.place;
  if (place) keep(place);
  else if (detail.target?.id === "product") showAgain();
});
showAgain();
