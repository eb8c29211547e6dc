/*
Scanning without a reload: each code is posted and the part of the page that it changes replaced, in
the order of the scans. The phone's camera reads codes where the browser can, and types them into
the same field.
*/
const ALOUD = "scan-aloud";
const OPENED = "scan-camera";
const LOOK_EVERY = 150; // ms
const GONE_AFTER = 5; // looks without a code: the same one may come again
const TONES = { good: 880, bad: 220 };

const camera = document.querySelector("[data-camera]");
const aloud = camera?.querySelector("[data-scan-aloud]");
let scans = Promise.resolve();

const field = () => document.querySelector("[data-scan]");

function tell(isGood) {
  if (!aloud?.checked) return;
  navigator.vibrate?.(isGood ? 40 : [120, 60, 120]);
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  tone.frequency.value = isGood ? TONES.good : TONES.bad;
  tone.connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + (isGood ? 0.08 : 0.35));
  tone.onended = () => sound.close();
}

/* What was typed elsewhere meanwhile, such as the number of a delivery note, stays. */
function keepTyped(before, after) {
  before.querySelectorAll("input[type='text'][id]").forEach((old) => {
    const now = after.querySelector(`#${CSS.escape(old.id)}`);
    if (now && !now.value && old.value !== old.defaultValue) now.value = old.value;
  });
}

async function post(address, sent) {
  const answer = await fetch(address, { method: "POST", body: sent });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [before, after] = [document, page].map((each) => each.querySelector("[data-scan-live]"));
  if (!after) {
    location.reload();
    return;
  }
  keepTyped(before, after);
  before.replaceWith(after);
  field()?.focus({ preventScroll: true });
  tell(!after.querySelector("[role='alert']"));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-scan-form]")) return;
  event.preventDefault();
  const sent = new FormData(event.target, event.submitter);
  const address = event.target.getAttribute("action") || location.href;
  const typed = event.target.querySelector("[data-scan]");
  if (typed) typed.value = "";
  scans = scans.then(() => post(address, sent)).catch(() => location.reload());
});

function enter(code) {
  const into = field();
  if (!into) return;
  into.value = code;
  into.form.requestSubmit();
}

async function watch(picture) {
  const detector = new BarcodeDetector();
  let last = "";
  let missed = 0;
  while (picture.srcObject) {
    const [found] = await detector.detect(picture).catch(() => []);
    const code = found?.rawValue ?? "";
    if (code && code !== last) enter(code);
    missed = code ? 0 : missed + 1;
    if (code || missed > GONE_AFTER) last = code;
    await new Promise((wait) => setTimeout(wait, LOOK_EVERY));
  }
}

async function toggle(button, picture) {
  const refused = camera.querySelector("[data-camera-refused]");
  refused.hidden = true;
  if (picture.srcObject) {
    picture.srcObject.getTracks().forEach((track) => track.stop());
    picture.srcObject = null;
  } else {
    try {
      picture.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      refused.hidden = false;
    }
  }
  const isOpen = Boolean(picture.srcObject);
  picture.hidden = !isOpen;
  button.setAttribute("aria-expanded", isOpen);
  sessionStorage.setItem(OPENED, isOpen ? "1" : "");
  if (!isOpen) return;
  picture.play().catch(() => {});
  watch(picture);
}

if (camera) {
  const button = camera.querySelector("[data-camera-open]");
  const picture = camera.querySelector("[data-camera-picture]");
  camera.hidden = false;
  aloud.checked = localStorage.getItem(ALOUD) === "1";
  aloud.addEventListener("change", () => localStorage.setItem(ALOUD, aloud.checked ? "1" : ""));
  button.hidden = !("BarcodeDetector" in window && navigator.mediaDevices);
  button.addEventListener("click", () => toggle(button, picture));
  if (!button.hidden && sessionStorage.getItem(OPENED)) toggle(button, picture);
}
