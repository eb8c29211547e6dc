/*
 * Counts <time data-countdown datetime="…"> down to the server's time. It only decorates: the text with the date stays.
 *
 * The server's time comes with uncached fragments as data-server-now (milliseconds) on any element.
 * At zero the element sends "countdown-over", which a fragment may wait for: hx-trigger="countdown-over from:body".
 */
// A crowd that waits for the same moment does not ask the server in the same moment.
const SPREAD = 2000;
let offset = 0;

function readServerTime() {
  const carrier = document.querySelector("[data-server-now]:not([data-read])");
  if (!carrier) return;
  offset = Number(carrier.dataset.serverNow) - Date.now();
  carrier.dataset.read = "";
}

function parts(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return {
    days: Math.floor(seconds / 86400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

function unveil(clock) {
  const boxes = clock.querySelector(".countdown__boxes");
  if (boxes) boxes.dataset.counting = "";
}

// Screen readers hear it once a minute, not each second.
function say(clock, values) {
  const voice = clock.querySelector("[data-countdown-said]");
  if (!voice || voice.dataset.minute === String(values.minutes)) return;
  voice.dataset.minute = values.minutes;
  const boxes = [...clock.querySelectorAll("[data-part]")].filter((box) => box.dataset.part !== "seconds");
  voice.textContent = boxes.map((box) => `${Number(box.textContent)} ${box.nextSibling.textContent}`).join(", ");
}

function show(clock) {
  const left = Date.parse(clock.dateTime) - (Date.now() + offset);
  const values = parts(left);
  for (const box of clock.querySelectorAll("[data-part]")) {
    box.textContent = String(values[box.dataset.part]).padStart(2, "0");
  }
  unveil(clock);
  say(clock, values);
  if (left <= 0 && !("over" in clock.dataset)) {
    clock.dataset.over = "";
    setTimeout(() => clock.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true })), Math.random() * SPREAD);
  }
}

function showAll() {
  document.querySelectorAll("time[data-countdown]").forEach(show);
}

function tick() {
  showAll();
  setTimeout(tick, 1000 - ((Date.now() + offset) % 1000));
}

document.addEventListener("htmx:afterSwap", () => {
  readServerTime();
  showAll();
});
readServerTime();
tick();
