/* The page of a product: final prices and the order of pictures follow what is typed. */
const form = document.querySelector("#product_form");

const amount = (input) => {
  const text = (input?.value ?? "").trim().replace(/\s/g, "").replace(/,(?=\d{1,2}$)/, ".").replace(/,/g, "");
  return text === "" ? null : Number(text);
};
const withCents = new Intl.NumberFormat("es-PE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/* The currency's sign stands in what the server wrote. */
function showFinal(row, base) {
  const shown = row.querySelector("[data-final]");
  const modifier = amount(row.querySelector("[name$='-price_modifier']"));
  if (!shown || Number.isNaN(base + modifier)) return;
  shown.textContent = shown.textContent.replace(/[\d.,]+/, withCents.format(base + modifier));
}

function showPrices() {
  const base = amount(form.querySelector("[name='base_price']"));
  if (base === null) return;
  form.querySelectorAll(".grid tbody tr").forEach((row) => showFinal(row, base));
}

form?.addEventListener("input", ({ target }) => {
  if (/base_price$|price_modifier$/.test(target.name)) showPrices();
});
/* Pictures: dragged, or moved by buttons, they are numbered again. The number can be typed too. */
const list = document.querySelector(".pictures");

function renumber() {
  list.querySelectorAll("input[name$='-position']").forEach((input, place) => (input.value = place));
  form.dispatchEvent(new Event("change"));
}

function makeMovable(card) {
  const buttons = card.querySelector(".pictures__move");
  if (!buttons) return;
  const picture = card.querySelector("img");
  picture.draggable = true;
  picture.addEventListener("dragstart", () => card.classList.add("dragged"));
  picture.addEventListener("dragend", () => {
    card.classList.remove("dragged");
    renumber();
  });
  card.addEventListener("dragover", (event) => {
    const dragged = list.querySelector(".dragged");
    if (!dragged) return;
    event.preventDefault();
    if (dragged === card) return;
    const { left, width } = card.getBoundingClientRect();
    card[event.clientX < left + width / 2 ? "before" : "after"](dragged);
  });
  buttons.hidden = false;
  buttons.addEventListener("click", ({ target }) => {
    const by = Number(target.closest("[data-move]")?.dataset.move);
    const other = by < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!by || !other) return;
    other[by < 0 ? "before" : "after"](card);
    renumber();
    target.focus();
  });
}

list?.querySelectorAll("li").forEach(makeMovable);

/* Says that something is not saved, and asks before the page is left. */
const unsaved = form?.querySelector(".unsaved");
form?.querySelector(".submit-row input")?.after(unsaved);
let isChanged = false;

form?.addEventListener("change", () => {
  isChanged = true;
  unsaved.hidden = false;
});
form?.addEventListener("submit", () => (isChanged = false));
addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
