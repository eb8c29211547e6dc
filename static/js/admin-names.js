/* Names for fields that Django and its searchable selects draw without one: their label's or their column's. */
function nameDrawn(select) {
  const label = select.labels?.[0]?.textContent.trim().replace(/:$/, "") || select.getAttribute("aria-label");
  const drawn = select.nextElementSibling;
  if (!label || !drawn?.matches(".select2-container")) return;
  drawn
    .querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")
    .forEach((part) => part.setAttribute("aria-label", label));
}

function nameDelete(box) {
  const column = box.closest("table").querySelector("thead th:last-child");
  box.setAttribute("aria-label", column.textContent.trim());
}

// On a phone each row is a card, whose cells say their column: see "Wide tables" in 12-lists.css.
function nameCells(table) {
  const heads = [...table.querySelectorAll("thead th, thead td")].map((head) => head.textContent.trim());
  table.querySelectorAll(":is(tbody, tfoot) tr").forEach((row) => {
    if (row.cells.length !== heads.length) return;
    [...row.cells].forEach((cell, place) => (cell.dataset.label ??= heads[place]));
  });
}

function nameAll() {
  document.querySelectorAll(".scroll table:not(.rights)").forEach(nameCells);
  document.querySelectorAll("select.admin-autocomplete").forEach(nameDrawn);
  document.querySelectorAll("td.delete input").forEach(nameDelete);
}

// They are drawn when everything is there, and with each new row.
addEventListener("load", () => setTimeout(nameAll));
document.addEventListener("formset:added", () => setTimeout(nameAll));
