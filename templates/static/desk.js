// A case that is open stays in the hands of whoever looks at it: its lease is renewed each minute while the page is in sight.
"use strict";
(() => {
  const form = document.querySelector("form[data-renew]");
  if (!form) return;
  const renew = async () => {
    if (document.hidden) return;
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
