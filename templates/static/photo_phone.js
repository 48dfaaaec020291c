// A photo from one's phone: the computer's side, and the code that a phone's camera read.
"use strict";

(() => {
  const FIRST_MS = 2000, MOST_MS = 10000, SLOWER = 1.25;

  // The camera brought the code behind the address: no server and no log has seen it.
  const code = document.querySelector("[data-photo-code-field]");
  const brought = () => {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash.slice(1);
    }
  };
  const bring = () => {
    if (location.hash.length < 2) return;
    code.value = brought();
    history.replaceState(null, "", location.pathname);
    code.form.requestSubmit();
  };
  if (code) {
    if (!code.value) bring();
    // Another code's address in the same tab loads no page.
    window.addEventListener("hashchange", bring);
  }

  const place = document.querySelector("[data-photo-slots]");
  const input = document.querySelector("input[type=file][data-studio]");
  const field = input && window.photoFields?.of(input);
  if (!place || !field) return;
  const { make } = window.photoView;

  // `input`, not `button`: pressing Enter in a text field presses the form's first button.
  const button = (value, look = "btn-secondary") => make("input", { type: "button", className: `btn ${look}`, value });
  const ask = button("用手机拍照上传");
  const says = make("p", { aria: { role: "status" } });
  const panel = make("div", { className: "photo-slot", hidden: true });
  const without = document.querySelector("[data-photo-phone]");
  if (place.childElementCount === 0) {
    if (without) without.hidden = true;
    place.append(make("p", { className: "photo-more" }, ask), panel, says);
  }

  let current = null;
  ask.addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: input.form.elements.csrf_token.value });
    ask.disabled = true;
    try {
      const answer = await fetch("/photo/slots", { method: "POST", body, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch (error) {
      says.textContent = { 403: "登录已更换，请刷新本页。", 429: "获取代码的次数过多，请稍后再试，或直接选择照片文件。" }[error.message] ?? "暂时无法获取代码，请稍后再试，或直接选择照片文件。";
    }
    ask.disabled = false;
  });

  function show(slot) {
    current = slot;
    const title = make("p", { tabIndex: -1 }, "请用手机扫描二维码，或在手机浏览器中打开 ", make("strong", { textContent: slot.address }), "，输入代码：");
    panel.replaceChildren(
      make("img", { src: slot.qr_url, alt: "二维码：用手机打开照片页面", width: 200, height: 200 }),
      title,
      make("p", { className: "photo-code", textContent: slot.code, data: { photoCode: "" } }),
      make("p", {}, "手机上应显示同样的两个词：", make("span", { className: "photo-words", textContent: slot.words, data: { photoWords: "" } }), "。不一样的，请不要发送照片。"),
      make("p", { textContent: `代码 ${slot.minutes} 分钟内有效，只能用于一部手机、一张照片。手机发送后，照片会显示在这里。` }));
    panel.hidden = false;
    ask.value = "换一个代码";
    says.textContent = "正在等待手机发送照片。";
    title.focus();
    wait(slot, FIRST_MS, Date.now() + slot.minutes * 60000);
  }

  const over = (words) => {
    panel.hidden = true;
    ask.value = "用手机拍照上传";
    says.textContent = words;
  };

  // Asks less and less often: whoever takes a picture needs a minute. A failure is asked again like silence.
  async function wait(slot, after, until) {
    await new Promise((done) => { setTimeout(done, after); });
    if (current !== slot) return;
    const answer = await fetch(`/photo/slots/${slot.id}`, { redirect: "error" }).catch(() => null);
    if (current !== slot) return;
    if (answer && answer.ok && (await answer.json()).arrived) { offer(slot); return; }
    if ((answer && answer.status === 404) || Date.now() > until) { over("代码已失效，请重新获取。"); return; }
    wait(slot, Math.min(MOST_MS, after * SLOWER), until);
  }

  async function offer(slot) {
    const answer = await fetch(`/photo/slots/${slot.id}/picture`, { redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) { over("没有收到照片，请重新获取代码。"); return; }
    const blob = await answer.blob(), address = URL.createObjectURL(blob);
    const use = button("使用这张照片", "btn-primary"), drop = button("不用这张照片");
    const title = make("p", { tabIndex: -1, textContent: "已收到手机传来的照片，请核对是不是您要用的照片，头部是否完整、清楚。" });
    const end = (words) => { URL.revokeObjectURL(address); current = null; over(words); };
    use.addEventListener("click", () => {
      field.receive(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      end("已使用手机传来的照片。");
      field.words.focus();
    });
    drop.addEventListener("click", () => { end("没有使用手机传来的照片。"); ask.focus(); });
    panel.replaceChildren(make("img", { src: address, alt: "手机传来的照片", width: 118, height: 165 }), title, make("div", { className: "actions" }, use, drop));
    says.textContent = "已收到手机传来的照片，请核对。";
    title.focus();
  }
})();
