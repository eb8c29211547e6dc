/*
 * The pictures of a gallery as large as the window; without it their links lead to the files.
 * One swipes or pinches as the browser does it, by a strip that snaps; a double tap or the button zooms.
 */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let current = 0;

const parts = (dialog) => ({
  strip: dialog.querySelector(".lightbox__strip"),
  count: dialog.querySelector(".lightbox__count"),
});

function large(link) {
  const item = document.createElement("li");
  const picture = link.querySelector("picture").cloneNode(true);
  for (const source of picture.querySelectorAll("[sizes]")) source.sizes = "100vw";
  item.append(picture);
  return item;
}

function count(dialog) {
  const { strip, count: label } = parts(dialog);
  current = Math.round(strip.scrollLeft / strip.clientWidth);
  const all = strip.children.length;
  label.textContent = all > 1 ? `${current + 1} / ${all}` : "";
}

// Large enough to look at the seams, with the point that was tapped in the middle; one pans by scrolling.
function zoom(dialog, { clientX, clientY } = {}) {
  const item = parts(dialog).strip.children[current];
  const picture = item.querySelector("img");
  const box = picture.getBoundingClientRect();
  const [across, down] = clientX ? [(clientX - box.left) / box.width, (clientY - box.top) / box.height] : [0.5, 0.5];
  const is = item.toggleAttribute("data-zoomed");
  dialog.querySelector("[data-zoom]").setAttribute("aria-pressed", String(is));
  for (const source of item.querySelectorAll("[sizes]")) source.sizes = is ? "250vw" : "100vw";
  if (is) item.scrollTo(picture.offsetWidth * across - item.clientWidth / 2, picture.offsetHeight * down - item.clientHeight / 2);
}

function unzoom(dialog) {
  if (dialog.querySelector("[data-zoomed]")) zoom(dialog);
}

function show(dialog, index, behavior) {
  const { strip } = parts(dialog);
  const last = strip.children.length - 1;
  const wanted = index < 0 ? last : index > last ? 0 : index;
  strip.scrollTo({ left: wanted * strip.clientWidth, behavior });
}

function move(dialog, by) {
  unzoom(dialog);
  show(dialog, current + by, calm.matches ? "instant" : "smooth");
}

// The gallery continues at the picture last seen.
function giveBack(links) {
  const link = links[current] ?? links[0];
  link.scrollIntoView({ block: "nearest", inline: "start", behavior: "instant" });
  link.focus({ preventScroll: true });
}

function open(link) {
  const gallery = link.closest(".gallery");
  const dialog = gallery.querySelector(".lightbox");
  const links = [...gallery.querySelectorAll(".gallery__strip a")];
  const { strip } = parts(dialog);
  strip.replaceChildren(...links.map(large));
  dialog.showModal();
  dialog.querySelector("[data-zoom]").setAttribute("aria-pressed", "false");
  show(dialog, links.indexOf(link), "instant");
  count(dialog);
  strip.onscroll = () => count(dialog);
  dialog.onclose = () => giveBack(links);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".gallery__strip a");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    open(link);
  }
  const dialog = event.target.closest(".lightbox");
  const by = Number(event.target.closest("[data-turn]")?.dataset.turn);
  if (by) move(dialog, by);
  else if (event.target.closest("[data-zoom]")) zoom(dialog);
  else if (event.target.matches(".lightbox li")) dialog.close();
});

document.addEventListener("dblclick", (event) => {
  if (event.target.matches(".lightbox img")) zoom(event.target.closest(".lightbox"), event);
});

document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest(".lightbox[open]");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!dialog || !by) return;
  event.preventDefault();
  move(dialog, by);
});
