/*
 * The form of a product: it asks at once for options that are still open, and the bar at the foot of
 * phones stands in for its button while that is out of view.
 */
const root = document.documentElement;
// Out of view is less than half of it beside what the header and the bar itself lie over.
const watcher = new IntersectionObserver((entries) => root.toggleAttribute("data-buy-bar", entries.at(-1).intersectionRatio < 0.5), {
  rootMargin: "-56px 0px -64px",
  threshold: 0.5,
});

function watch() {
  watcher.disconnect();
  const button = document.querySelector("#buy .button--primary");
  if (button) watcher.observe(button);
}

function ask(options) {
  options.querySelector(".field__error").hidden = false;
  options.scrollIntoView({ block: "center" });
  options.querySelector("input:enabled")?.focus({ preventScroll: true });
}

// Before htmx: nothing is sent.
document.addEventListener(
  "submit",
  (event) => {
    const open = event.target.id === "buy" && event.target.querySelector(".options:invalid");
    if (!open) return;
    event.preventDefault();
    event.stopPropagation();
    ask(open);
  },
  true,
);
// The link leads to WhatsApp; browsers that can share or copy do that instead.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link || !(navigator.share || navigator.clipboard)) return;
  event.preventDefault();
  const { href } = document.querySelector("link[rel=canonical]") ?? location;
  try {
    if (navigator.share) return await navigator.share({ title: link.dataset.share, url: href });
    await navigator.clipboard.writeText(href);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: link.dataset.copied } }));
  } catch (error) {
    // Whoever closes the sheet has not been refused.
    if (error.name !== "AbortError") location.assign(link.href);
  }
});

document.addEventListener("htmx:afterSwap", watch);
watch();
