/* The key "/" leads to the search, as in many back offices. */
const field = document.querySelector("#find input");
const isTyping = (element) => element.isContentEditable || element.matches("input, textarea, select");

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  field?.select();
});
