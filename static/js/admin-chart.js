// Says the value of the day under the pointer or the focus beneath its chart, and lets the arrow
// keys go from day to day; without this script a tooltip and the last day are left.
const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
for (const chart of document.querySelectorAll("[data-chart]")) {
  const said = chart.parentElement.querySelector("[data-chart-said]");
  const days = [...chart.querySelectorAll("a")];
  const say = (event) => {
    const day = event.target.closest("a");
    if (day) said.textContent = day.querySelector("title").textContent;
  };
  chart.addEventListener("pointerover", say);
  chart.addEventListener("focusin", say);
  for (const left of ["pointerleave", "focusout"]) {
    chart.addEventListener(left, () => { said.textContent = ""; });
  }
  chart.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const from = days.indexOf(event.target);
    const next = days[Math.min(Math.max(from + step, 0), days.length - 1)];
    days[from].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}
