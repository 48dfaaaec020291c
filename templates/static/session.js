// Warns two minutes before a session ends, in every tab. An improvement only: a form that is sent too late is kept for
// whoever signs in again as the same person.
"use strict";
(() => {
  const warnMs = 120_000;
  // Nothing takes the focus from whoever is typing.
  const quietMs = 1_500;
  const { user, idle, left } = document.body.dataset;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let last = Date.now() + Number(left) * 1000;
  let end = Math.min(Date.now() + Number(idle) * 1000, last);
  let toldOf = 0;
  let typedAt = 0;
  let composing = false;
  let timer;

  const dialog = document.createElement("dialog");
  // Without windows the server's page tells it when the form is sent.
  if (typeof dialog.showModal !== "function") return;
  dialog.className = "session-dialog";
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "session-title");
  dialog.setAttribute("aria-describedby", "session-text");
  dialog.innerHTML = '<h2 id="session-title"></h2><p id="session-text" role="status"></p>'
    + '<p class="actions"><button class="btn btn-primary" type="button"></button></p>';
  const [title, text] = dialog.querySelectorAll("h2, p");
  const button = dialog.querySelector("button");
  document.body.append(dialog);

  const clock = (time) => new Date(time).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  const say = (heading, words, act) => {
    title.textContent = heading;
    text.textContent = words;
    button.textContent = act;
    if (!dialog.open) dialog.showModal();
  };

  const over = () => say("登录已超时", "您填写的内容还在本页。提交时会请您重新登录，填写的内容会保留，登录后可以接着办理。", "知道了");
  const warn = () => {
    if (last - Date.now() > warnMs) {
      say("登录即将超时", `较长时间没有操作，将于 ${clock(end)} 退出登录。您填写的内容还在本页。`, "继续使用");
    } else {
      say("登录即将到期", `每次登录的使用时间有限，本次将于 ${clock(end)} 到期，不能再延长。`
        + "请尽快提交；到期后才提交的，内容会保留，重新登录后可以接着办理。", "知道了");
    }
  };

  // Once for each stage: what was closed stays closed.
  const look = () => {
    clearTimeout(timer);
    const rest = end - Date.now();
    const stage = rest <= 0 ? end : end - warnMs;
    if (rest <= warnMs && toldOf < stage) {
      const quiet = typedAt + quietMs - Date.now();
      if (composing || quiet > 0) {
        timer = setTimeout(look, composing ? quietMs : quiet);
        return;
      }
      toldOf = stage;
      if (rest <= 0) over(); else warn();
    }
    const next = rest > warnMs ? rest - warnMs : rest;
    if (next > 0) timer = setTimeout(look, Math.min(next, 60_000));
  };

  const prolonged = (until, latest) => {
    if (until <= end) return;
    [end, last] = [until, latest];
    if (dialog.open) dialog.close();
    look();
  };
  tabs?.addEventListener("message", ({ data }) => {
    if (data.user === user) prolonged(data.end, data.last);
  });

  const ask = async () => {
    const answer = await fetch("/sso/session", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const told = await answer.json();
    if (!told.user) return over();
    if (told.user !== user) {
      return say("已换了登录用户", "别的页面已以另一用户登录。本页的内容不能再提交。", "知道了");
    }
    const latest = Date.now() + told.ends.absolute * 1000;
    const until = Math.min(Date.now() + told.ends.idle * 1000, latest);
    prolonged(until, latest);
    dialog.close();
    tabs?.postMessage({ user, end, last });
  };
  button.addEventListener("click", async () => {
    if (button.textContent !== "继续使用") return dialog.close();
    try {
      await ask();
    } catch {
      text.textContent = `没有连上系统，请检查网络后再点“继续使用”。将于 ${clock(end)} 退出登录。`;
    }
  });

  document.addEventListener("keydown", () => { typedAt = Date.now(); }, true);
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", () => { composing = false; }, true);
  // Timers sleep with the tab.
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  tabs?.postMessage({ user, end, last });
  look();
})();
