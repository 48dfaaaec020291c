// A case that is open stays in the hands of whoever looks at it: its lease is renewed each minute while the page is in sight and somebody is
// there. An empty office keeps neither the case nor the session.
"use strict";
(() => {
  const form = document.querySelector("form[data-renew]");
  if (!form) return;
  const AWAY = 10 * 60_000;
  let seen = Date.now();
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    addEventListener(sign, () => { seen = Date.now(); }, { passive: true });
  }
  const renew = async () => {
    if (document.hidden || Date.now() - seen > AWAY) return;
    try {
      const answer = await fetch(form.dataset.renew, {
        method: "POST",
        body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
        redirect: "manual",
      });
      // It is in other hands, or the session has ended: the next act says so.
      if (answer.status !== 204) clearInterval(timer);
    } catch {
      // No network for a moment.
    }
  };
  const timer = setInterval(renew, 60_000);
})();
