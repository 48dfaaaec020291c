// The photo studio: a window in which any picture becomes a photo, by dragging, by buttons, by keys.
"use strict";

window.photoStudio = (() => {
  const { WIDTH, HEIGHT } = window.photoRules;
  const { make, kilobytes, canvasOf, View, develop } = window.photoView;
  const SETTLED_MS = 250;
  const GUIDE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 295 413"><ellipse cx="147.5" cy="182" rx="94" ry="130"/><ellipse cx="147.5" cy="182" rx="94" ry="130"/></svg>';
  const ACTS = [
    ["上移", (view) => view.move(0, -8)], ["下移", (view) => view.move(0, 8)],
    ["左移", (view) => view.move(-8, 0)], ["右移", (view) => view.move(8, 0)],
    ["放大", (view) => view.scale(1.1)], ["缩小", (view) => view.scale(1 / 1.1)],
    ["左转 90°", (view) => view.quarter(-1)], ["右转 90°", (view) => view.quarter(1)],
    ["左斜 5°", (view) => view.lean(-5)], ["右斜 5°", (view) => view.lean(5)],
    ["恢复原样", (view) => view.reset()],
  ];
  const KEYS = {
    ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
  };

  // One window for adjusting a picture. `open` answers with the photo's file, or null.
  class Studio {
    constructor() {
      this.canvas = canvasOf(WIDTH * 2, HEIGHT * 2);
      this.stage = make("div", { className: "studio-stage", tabIndex: 0, aria: {
        role: "application", "aria-label": "取景框", "aria-describedby": "studio-help",
      } }, this.canvas);
      const guide = new DOMParser().parseFromString(GUIDE, "image/svg+xml").documentElement;
      guide.setAttribute("aria-hidden", "true");
      this.stage.append(guide);
      this.print = make("img", { className: "studio-print", alt: "成品预览，按打印尺寸显示" });
      this.hints = make("ul", { className: "studio-hints" });
      this.says = make("p", { className: "studio-says", aria: { role: "status" } });
      this.accept = make("button", { type: "button", className: "btn btn-primary", textContent: "使用这张照片" });
      this.leave = make("button", { type: "button", className: "btn btn-secondary", textContent: "不调整，使用原文件" });
      const buttons = ACTS.map(([words, act]) => {
        const button = make("button", { type: "button", className: "btn btn-secondary", textContent: words });
        button.addEventListener("click", () => this.act(act, words));
        return button;
      });
      this.dialog = make("dialog", { className: "studio", aria: { "aria-labelledby": "studio-title", "aria-describedby": "studio-help" } },
        make("h2", { id: "studio-title", tabIndex: -1, textContent: "调整照片" }),
        make("p", { id: "studio-help", textContent: "请把头部（含头发）移到椭圆线内，头顶上方留出空白，两肩露出。可以拖动、双指缩放，也可以用下面的按钮，或在取景框上按方向键移动，按 + 和 - 键缩放。" }),
        make("div", { className: "studio-work" }, this.stage, make("div", {},
          make("div", { className: "studio-buttons", aria: { role: "group", "aria-label": "移动、缩放和旋转" } }, ...buttons),
          make("h3", { textContent: "成品预览（打印尺寸）" }),
          make("div", { className: "studio-result" }, this.print, this.hints))),
        this.says,
        make("div", { className: "actions" }, this.accept, this.leave));
      document.body.append(this.dialog);
      this.listen();
    }

    listen() {
      this.dialog.addEventListener("close", () => this.finish());
      this.accept.addEventListener("click", () => this.take());
      this.leave.addEventListener("click", () => this.dialog.close());
      this.stage.addEventListener("keydown", (event) => this.key(event));
      this.stage.addEventListener("wheel", (event) => {
        event.preventDefault();
        this.act((view) => view.scale(Math.exp(-event.deltaY / 500), ...this.place(event)));
      }, { passive: false });
      this.pointers = new Map();
      this.stage.addEventListener("pointerdown", (event) => {
        this.stage.setPointerCapture(event.pointerId);
        this.pointers.set(event.pointerId, this.place(event));
      });
      this.stage.addEventListener("pointermove", (event) => this.drag(event));
      ["pointerup", "pointercancel"].forEach((end) => {
        this.stage.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
      });
    }

    // From the middle of the frame, in pixels of the photo.
    place({ clientX, clientY }) {
      const box = this.stage.getBoundingClientRect(), k = WIDTH / box.width;
      return [(clientX - box.left - box.width / 2) * k, (clientY - box.top - box.height / 2) * k];
    }

    drag(event) {
      const before = this.pointers.get(event.pointerId);
      if (!before) return;
      const now = this.place(event);
      const other = [...this.pointers].find(([id]) => id !== event.pointerId);
      this.pointers.set(event.pointerId, now);
      if (!other) return this.act((view) => view.move(now[0] - before[0], now[1] - before[1]));
      const [x, y] = other[1], reach = ([a, b]) => Math.max(1, Math.hypot(a - x, b - y));
      return this.act((view) => view.scale(reach(now) / reach(before), x, y));
    }

    key(event) {
      const step = event.shiftKey ? 1 : 8, way = KEYS[event.key];
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (way) this.act((view) => view.move(way[0] * step, way[1] * step), "已移动");
      else if (event.key === "+" || event.key === "=") this.act((view) => view.scale(1.1), "放大");
      else if (event.key === "-") this.act((view) => view.scale(1 / 1.1), "缩小");
      else return;
      event.preventDefault();
    }

    act(act, words = "") {
      act(this.view);
      this.said = words;
      this.show();
    }

    show() {
      this.view.draw(this.canvas);
      this.photo = null;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.settle(), SETTLED_MS);
    }

    // The photo of what is seen now; what a later act has overtaken is thrown away. `false`: there is none, and the window says so.
    settle() {
      clearTimeout(this.timer);
      const turn = this.turn = {}, view = this.view;
      const isOvertaken = () => this.turn !== turn || this.view !== view;
      return develop(view).then((photo) => {
        if (!isOvertaken()) this.tell(photo);
        return true;
      }, () => {
        if (isOvertaken()) return true;
        this.says.textContent = "浏览器无法处理这张照片，请关闭本窗口，使用原文件。";
        return false;
      });
    }

    tell(photo) {
      this.photo = photo;
      URL.revokeObjectURL(this.print.src);
      this.print.hidden = !photo.blob;
      if (photo.blob) this.print.src = URL.createObjectURL(photo.blob);
      const { numbers } = photo.hints.at(-1);
      const size = photo.blob
        ? { fine: true, words: `文件大小：${kilobytes(photo.blob.size)}` }
        : { fine: false, words: "文件大小：画面内容太少，达不到 10KB，请换一张照片" };
      const lines = [...photo.hints.slice(0, -1), size];
      this.hints.replaceChildren(...lines.map(({ fine, words }) => make("li", { className: fine ? "fine" : "doubt", textContent: words })));
      this.hints.append(make("li", {}, make("details", {}, make("summary", { textContent: "查看数据" }), numbers)));
      const doubts = lines.filter((line) => !line.fine).map((line) => line.words);
      this.says.textContent = [this.said, ...(doubts.length ? doubts : ["照片已符合要求"])].filter(Boolean).join("；");
      this.dialog.dataset.settled = photo.blob ? "yes" : "no";
    }

    // A press that comes before the photo is made waits for it.
    async take() {
      const view = this.view, isOver = () => !this.dialog.open || this.view !== view;
      while (!isOver() && !this.photo) {
        if (!(await this.settle())) return;
      }
      if (isOver() || !this.photo.blob) return;
      this.result = new File([this.photo.blob], "photo.jpg", { type: "image/jpeg" });
      this.dialog.close();
    }

    open(picture, pixels) {
      this.view = new View(picture, pixels);
      this.result = null;
      this.said = "";
      this.says.textContent = "";
      delete this.dialog.dataset.settled;
      this.show();
      this.dialog.showModal();
      this.dialog.querySelector("h2").focus();
      return new Promise((done) => { this.done = done; });
    }

    finish() {
      clearTimeout(this.timer);
      this.turn = null;
      this.pointers.clear();
      this.view.picture.close();
      if (this.done) this.done(this.result);
      this.done = null;
    }
  }

  // There is one, made when it is first needed.
  let studio = null;
  return {
    open(picture, head) {
      studio ||= new Studio();
      return studio.open(picture, head);
    },
  };
})();
