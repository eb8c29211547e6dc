/*
 * Counts <time data-countdown datetime="…"> down to the server's time. It only decorates: the text with the date stays.
 *
 * The server's time comes with uncached fragments as data-server-now (milliseconds) on any element.
 * At zero the element sends "countdown-over", which a fragment may wait for: hx-trigger="countdown-over from:body".
 */
// A crowd that waits for the same moment does not ask the server in the same moment.
const SPREAD = 2000;
const LONGEST_WAIT = 60_000;
// How often a clock of each moment has ended: a late page still has one that is over, and asks less and less often.
const endings = new Map();
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

function announceEnd(clock) {
  const before = endings.get(clock.dateTime) ?? 0;
  endings.set(clock.dateTime, before + 1);
  const wait = before ? Math.min(1000 * 2 ** before, LONGEST_WAIT) : 0;
  setTimeout(
    () => clock.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true })),
    wait + Math.random() * SPREAD,
  );
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
    announceEnd(clock);
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
