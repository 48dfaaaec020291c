// Meets the challenge of a form by work of the browser, in a worker, so that nobody has anything to solve. Where that takes long or cannot be done,
// picture, recording and sum stay, and 换一个 draws another challenge without leaving the page.
"use strict";

document.querySelectorAll("[data-challenge]").forEach((field) => {
  // Meanwhile the other ways are offered.
  const PATIENCE_MS = 10_000;
  // The server keeps a challenge for two minutes.
  const LIFE_MS = 110_000;

  const of = (css) => field.querySelector(css);
  const [ways, state, answer, id] = [of("[data-challenge-ways]"), of("[data-challenge-state]"), of("#captcha"), of("input[name=challenge]")];
  const redraw = of("[data-challenge-redraw]");
  const { form } = id;
  let drawnAt = Date.now();

  const say = (words) => {
    state.textContent = words;
    state.hidden = !words;
  };
  const offer = () => {
    ways.hidden = false;
    say("");
  };

  const draw = async () => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, form: field.dataset.challenge, challenge: id.value });
    const drawn = await fetch("/account/challenge", { method: "POST", body, headers: { accept: "application/json" } });
    if (!drawn.ok) throw new Error(drawn.statusText);
    const next = await drawn.json();
    drawnAt = Date.now();
    id.value = next.id;
    answer.value = "";
    field.dataset.salt = next.salt;
    of("[data-challenge-picture]").src = `/account/challenge/${next.id}.png`;
    of("[data-challenge-recording]").src = `/account/challenge/${next.id}.wav`;
    of("[data-challenge-question]").textContent = next.question;
  };

  // The button's own way loads the page again.
  let ownWay = false;
  redraw.addEventListener("click", async (event) => {
    if (ownWay) return;
    event.preventDefault();
    try {
      await draw();
      answer.focus();
    } catch {
      ownWay = true;
      redraw.click();
    }
  });

  if (!window.Worker || !window.isSecureContext || !crypto.subtle) return;
  const worker = new Worker(field.dataset.worker);

  // Resolves once the work is done, or the visitor has other ways.
  const work = () => new Promise((resolve) => {
    const { salt, pieces, zeroBits, rounds } = field.dataset;
    const instead = () => {
      if (salt === field.dataset.salt && !answer.value) offer();
      resolve();
    };
    const patience = setTimeout(instead, PATIENCE_MS);
    worker.addEventListener("error", instead);
    worker.addEventListener("message", ({ data }) => {
      // Of the challenge before, or of one that its visitor is answering.
      if (data.salt !== salt || salt !== field.dataset.salt || answer.value) return;
      clearTimeout(patience);
      answer.value = data.answer;
      ways.hidden = true;
      say("已自动完成验证");
      resolve();
    });
    ways.hidden = true;
    say("正在自动验证…");
    worker.postMessage({ salt, pieces: Number(pieces), zeroBits: Number(zeroBits), rounds: Number(rounds) });
  });
  let working = work();
  const again = () => { working = draw().then(work).catch(offer); };

  // Whoever sends the form while the work is under way, or after the challenge's time, waits for a moment.
  let isReady = false;
  // Before every other listener, in browsers too that call those at the form itself in the order in which they came.
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    const { submitter } = event;
    if (isReady || submitter === redraw) return;
    const isLate = Date.now() - drawnAt > LIFE_MS && ways.hidden;
    if (!isLate && answer.value) return;
    if (!isLate && !ways.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isLate) again();
    working.then(() => {
      // Nothing is sent that the server would refuse: the visitor looks at the picture.
      if (!answer.value) return answer.focus();
      isReady = true;
      if (form.requestSubmit) form.requestSubmit(submitter);
      else (submitter || form.querySelector("[type=submit]")).click();
      isReady = false;
    });
  }, true);
  window.addEventListener("pageshow", (event) => { if (event.persisted) again(); });
});
