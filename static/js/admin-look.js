// The preview follows the form: what is chosen is sent to it, as its button does.
const form = document.querySelector("#look");
const button = form.querySelector("[formtarget]");
form.addEventListener("change", () => form.requestSubmit(button));
