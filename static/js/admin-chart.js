// Says the value of the day under the pointer beneath its chart; without this script a tooltip does.
for (const chart of document.querySelectorAll("[data-chart]")) {
  const said = chart.parentElement.querySelector("[data-chart-said]");
  chart.addEventListener("pointerover", (event) => {
    const day = event.target.closest("a");
    if (day) said.textContent = day.querySelector("title").textContent;
  });
  chart.addEventListener("pointerleave", () => { said.textContent = ""; });
}
