/* The amount follows the chosen units until somebody writes another one. */
const worthOf = (field) => {
  const worths = (field.dataset.worths ?? "").split(" ").map(Number);
  if (field.type === "checkbox") return field.checked ? worths[0] : 0;
  return worths[Math.min(Number(field.value) || 0, worths.length) - 1] ?? 0;
};

for (const form of document.querySelectorAll("[data-refund]")) {
  const amount = form.elements.namedItem("amount");
  let isOwn = amount.value !== "";
  amount.addEventListener("input", () => (isOwn = amount.value !== ""));
  form.addEventListener("input", (event) => {
    if (isOwn || !event.target.dataset.worths) return;
    const sum = [...form.querySelectorAll("[data-worths]")].reduce((total, field) => total + worthOf(field), 0);
    amount.value = sum ? sum.toFixed(2) : "";
  });
}
