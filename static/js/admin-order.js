/* Rows of a form that have a place: dragged, they are numbered again. The number can be typed too. */
const numbers = (group) => [...group.querySelectorAll("tr.has_original input[name$='-position']")];

function renumber(group) {
  numbers(group).forEach((input, place) => (input.value = place));
}

function makeDraggable(input) {
  const row = input.closest("tr");
  const handle = row.querySelector(".thumb") ?? input;
  handle.draggable = true;
  handle.classList.add("handle");
  handle.addEventListener("dragstart", (event) => {
    row.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  handle.addEventListener("dragend", () => {
    row.classList.remove("dragged");
    renumber(row.closest(".inline-group"));
  });
  row.addEventListener("dragover", (event) => {
    const dragged = row.parentElement.querySelector(".dragged");
    if (!dragged) return;
    event.preventDefault();
    if (dragged === row) return;
    const { top, height } = row.getBoundingClientRect();
    row[event.clientY < top + height / 2 ? "before" : "after"](dragged);
  });
  row.addEventListener("drop", (event) => event.preventDefault());
}

for (const group of document.querySelectorAll(".inline-group")) numbers(group).forEach(makeDraggable);
