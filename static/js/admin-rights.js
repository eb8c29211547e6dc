/* A tick includes those to its left, and one of an area counts for its tables, as the server reads them. */
const boxesOf = (box) => [...box.closest(".rights__boxes").querySelectorAll("input")];

function follow(box) {
  const row = boxesOf(box);
  const place = row.indexOf(box);
  row.forEach((other, at) => {
    if (box.checked ? at < place : at > place) other.checked = box.checked;
  });
}

document.querySelector("[data-rights]")?.addEventListener("change", ({ target }) => {
  follow(target);
  const tables = target.closest("li") ? null : target.closest("fieldset").querySelector("ul");
  const ticks = boxesOf(target).map((box) => box.checked);
  tables?.querySelectorAll(".rights__boxes").forEach((row) => {
    row.querySelectorAll("input").forEach((box, at) => { box.checked = ticks[at]; });
  });
});
