/* The keys of the search: "/" leads to its field, Ctrl+K opens it as a window with its answers. */
const WAIT = 150;
const field = document.querySelector("#find input");
const palette = document.querySelector("#palette");
const opener = document.querySelector("[data-palette]");
const asked = palette?.querySelector("input");
const answers = palette?.querySelector(".palette__answers");
const isTyping = (element) => element.isContentEditable || element.matches("input, textarea, select");
let timer;
let running;

const open = () => {
  if (palette.open) return;
  palette.showModal();
  asked.select();
};

const ask = async () => {
  running?.abort();
  running = new AbortController();
  const address = `${asked.form.action}?q=${encodeURIComponent(asked.value)}`;
  try {
    const answer = await fetch(address, { headers: { "X-Palette": "1" }, signal: running.signal });
    // Signed out meanwhile, or refused: the page itself says so.
    if (!answer.ok || answer.redirected) return location.assign(address);
    answers.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") asked.form.submit();
  }
};

/* Arrows move through the answers; Enter in the field opens the first. */
const move = (event) => {
  const links = [...answers.querySelectorAll("a")];
  const place = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown") (links[place + 1] ?? links.at(0))?.focus();
  else if (event.key === "ArrowUp") (place > 0 ? links[place - 1] : asked).focus();
  else return;
  event.preventDefault();
};

addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if (!palette) return;
    event.preventDefault();
    return open();
  }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  field?.select();
});

if (palette && opener) {
  opener.hidden = false;
  opener.addEventListener("click", open);
  palette.addEventListener("keydown", move);
  palette.querySelector("[data-close]").addEventListener("click", () => palette.close());
  asked.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}
