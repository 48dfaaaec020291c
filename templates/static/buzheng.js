// Improvements only: every page works without this file.
"use strict";

// After a refused form to the error summary, after the choice of an exam to its list (for browsers that know autofocus of fields alone),
// else to what has just been done: screen readers and keyboards start there. Whoever was led to a part of the page stays with it.
const start = document.querySelector("#error-summary, #conflict, .result") || (!location.hash && document.querySelector("main > .notice"));
if (start) start.focus();

// The summary's links put the cursor into the field and its label into view.
document.querySelectorAll("#error-summary a[href^='#']").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field || !field.matches("input, select, textarea")) return;
    event.preventDefault();
    (document.querySelector(`label[for="${field.id}"]`) || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
});

// Choosing an exam shows its certificates at once. Arrow keys also change a closed list on the way to the wanted entry:
// who uses the keyboard presses the button.
document.querySelectorAll("form[data-auto-submit]").forEach((form) => {
  let byKeyboard = false;
  form.addEventListener("keydown", (event) => { byKeyboard = event.key !== "Enter"; });
  form.addEventListener("pointerdown", () => { byKeyboard = false; });
  form.addEventListener("change", (event) => {
    if (!byKeyboard && event.target.value) form.requestSubmit();
  });
});

// The photo is asked for where the chosen year needs one.
const photo = document.querySelector("[data-photo-through]");
const year = document.querySelector("#year:not([readonly])");
if (photo && year) {
  const through = Number(photo.dataset.photoThrough);
  const given = photo.querySelector(".field-error, .kept-photo");
  const show = () => {
    const chosen = /^\d{4}$/.test(year.value) ? Number(year.value) : 0;
    photo.hidden = !given && chosen > through;
  };
  year.addEventListener("input", show);
  year.addEventListener("change", show);
  show();
}

// A second click soon after the first does nothing; the server takes care of those without script. Not for ever: the
// first may have been broken off.
const doubleClickMs = 5000;
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, doubleClickMs);
  });
});
// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => { delete form.dataset.sent; });
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// A password that is typed on a phone is worth a look. It is sent, and kept by the page, as a password.
document.querySelectorAll("[data-show-password]").forEach((button) => {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
});

// A link into forms that are folded away opens them: not every browser does.
const openTarget = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folded = target && target.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};
window.addEventListener("hashchange", openTarget);
openTarget();
// The answer to a refused form stands in the history under the address at which GET shows the form as it was typed: neither
// the way back nor a reload sends it again.
if (document.body.dataset.address) history.replaceState(history.state, "", document.body.dataset.address);
