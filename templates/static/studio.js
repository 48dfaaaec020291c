// The photo studio: makes a photo of any picture, in the browser. Without this file, or what it needs, the plain field for a file stays and
// the server cuts the picture itself.
"use strict";

window.photoStudio = (() => {
  const { WIDTH, HEIGHT, inspect, crop, background, bestQuality, sharpness } = window.photoRules;
  // Phones take pictures of 12 million pixels and more; this is enough for a photo, and small enough for an old phone's memory.
  const MOST_SIDE = 2048;
  const LEAST_SHARPNESS = 25;
  const SETTLED_MS = 250;

  const able = "HTMLDialogElement" in window && "createImageBitmap" in window && "DataTransfer" in window
    && "toBlob" in HTMLCanvasElement.prototype;

  const make = (name, properties = {}, ...children) => {
    const { data, aria, ...rest } = properties;
    const element = Object.assign(document.createElement(name), rest);
    Object.entries(aria || {}).forEach(([key, value]) => element.setAttribute(key, value));
    Object.entries(data || {}).forEach(([key, value]) => { element.dataset[key] = value; });
    element.append(...children);
    return element;
  };
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)}KB`;

  const colourWord = ([red, green, blue]) => {
    const most = Math.max(red, green, blue), least = Math.min(red, green, blue);
    if (most - least < 16) return most < 64 ? "黑色" : "灰色";
    if (red === most && green === most) return "偏黄";
    if (blue === most) return "偏蓝";
    return green === most ? "偏绿" : "偏红";
  };

  // Decodes a picture as it is to be seen, no larger than needed. Throws where the browser cannot.
  async function decode(file, head) {
    const options = { imageOrientation: "from-image", resizeQuality: "high" };
    if (Math.max(head.width, head.height) > MOST_SIDE) {
      options[head.width > head.height ? "resizeWidth" : "resizeHeight"] = MOST_SIDE;
    }
    return createImageBitmap(file, options);
  }

  const canvasOf = (width, height) => make("canvas", { width, height });
  const toBlob = (canvas, quality) => new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no file"))), "image/jpeg", quality / 100);
  });

  // Where a picture lies under the frame. Lengths are in pixels of the photo, `zoom` in such pixels per pixel of the picture.
  class View {
    constructor(picture, pixels) {
      this.picture = picture;
      // How many pixels of the file one pixel of the decoded picture stands for.
      this.density = pixels.width ? pixels.width / picture.width : 1;
      this.reset();
    }

    reset() {
      this.turn = 0;
      this.tilt = 0;
      this.fit();
    }

    fit() {
      const [width, height] = this.sides();
      this.least = WIDTH / crop(width, height).width;
      this.zoom = this.least;
      this.x = 0;
      this.y = 0;
    }

    sides() {
      const { width, height } = this.picture;
      return this.turn % 2 ? [height, width] : [width, height];
    }

    move(x, y) {
      const [width, height] = this.sides();
      const within = (value, side) => Math.max(-side * this.zoom / 2, Math.min(side * this.zoom / 2, value));
      this.x = within(this.x + x, width);
      this.y = within(this.y + y, height);
    }

    // Keeps the point under the middle of the frame, or under (x, y) from there.
    scale(by, x = 0, y = 0) {
      const zoom = Math.max(this.least / 2, Math.min(this.least * 8, this.zoom * by));
      const factor = zoom / this.zoom;
      this.zoom = zoom;
      this.x = x + (this.x - x) * factor;
      this.y = y + (this.y - y) * factor;
      this.move(0, 0);
    }

    quarter(by) {
      this.turn = (this.turn + by + 4) % 4;
      this.fit();
    }

    lean(by) {
      this.tilt = Math.max(-45, Math.min(45, this.tilt + by));
    }

    draw(canvas, source = this.picture) {
      const pen = canvas.getContext("2d", { willReadFrequently: canvas.width === WIDTH });
      const k = canvas.width / WIDTH, shrunk = this.picture.width / source.width;
      pen.setTransform(k, 0, 0, k, 0, 0);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, WIDTH, HEIGHT);
      pen.imageSmoothingQuality = "high";
      pen.translate(WIDTH / 2 + this.x, HEIGHT / 2 + this.y);
      pen.rotate((this.turn * 90 + this.tilt) * Math.PI / 180);
      pen.scale(this.zoom * shrunk, this.zoom * shrunk);
      pen.drawImage(source, -source.width / 2, -source.height / 2);
    }

    // Halved until one more halving would be too much: a browser that scales in one step leaves out most pixels.
    shrunk() {
      let source = this.picture;
      for (let zoom = this.zoom; zoom <= 0.5 && source.width > 1 && source.height > 1; zoom *= 2) {
        const half = canvasOf(Math.ceil(source.width / 2), Math.ceil(source.height / 2));
        const pen = half.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, half.width, half.height);
        pen.imageSmoothingQuality = "high";
        pen.drawImage(source, 0, 0, half.width, half.height);
        source = half;
      }
      return source;
    }
  }

  // The photo of a view: the file, and what a person should know about it.
  async function develop(view) {
    const canvas = canvasOf(WIDTH, HEIGHT);
    view.draw(canvas, view.shrunk());
    const { data } = canvas.getContext("2d").getImageData(0, 0, WIDTH, HEIGHT);
    const files = new Map();
    const quality = await bestQuality(async (at) => {
      files.set(at, await toBlob(canvas, at));
      return files.get(at).size;
    });
    return { blob: quality === null ? null : files.get(quality), quality, hints: hints(data, WIDTH / view.zoom * view.density) };
  }

  // Questions to a person, who sees what no rule does: never a reason to refuse.
  function hints(data, pixels) {
    const ground = background(data), sharp = sharpness(data);
    return [
      pixels >= WIDTH
        ? { fine: true, words: "尺寸：裁剪后为 295 × 413 像素" }
        : { fine: false, words: "尺寸：画面放大过多，成品可能模糊，请缩小画面或换一张更大的照片" },
      ground.white
        ? { fine: true, words: "底色：白色" }
        : { fine: false, words: `底色：看起来${colourWord(ground.colour)}，应为白色，请在白墙前重新拍摄` },
      sharp >= LEAST_SHARPNESS
        ? { fine: true, words: "清晰度：未发现问题" }
        : { fine: false, words: "清晰度：看起来有些模糊，请确认面部清楚" },
    ].concat({ numbers: `白色部分 ${ground.percent}%，边缘颜色 RGB(${ground.colour.join(",")})；清晰度 ${sharp.toFixed(0)}；取用原图宽 ${Math.round(pixels)} 像素` });
  }

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

  let studio = null;

  // What a person does about a file that this browser cannot show.
  const unreadable = ({ kind, flaws }) => {
    if (kind === "heif") return "浏览器打不开这张照片（HEIC 格式）。苹果手机请在“设置 → 相机 → 格式”中选“兼容性最佳”后重新拍照。";
    if (flaws.includes("unsupported")) return "这张照片是印刷格式，请用手机重新拍照。";
    return "浏览器打不开这个文件，请换一张 JPG 照片。";
  };

  const whole = async (picture) => {
    const canvas = canvasOf(WIDTH, HEIGHT), pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0);
    return pen.getImageData(0, 0, WIDTH, HEIGHT).data;
  };

  // A field for a photo: what is chosen in it goes through the studio, unless it keeps the rules already.
  class Field {
    constructor(input) {
      this.input = input;
      // Telephones hand over a JPEG then, whatever their camera makes. Without the studio a PNG will do: the server cuts it.
      input.accept = "image/jpeg";
      this.image = make("img", { width: 59, height: 83, alt: "将要提交的照片" });
      this.words = make("p", { tabIndex: -1 });
      // No `button`: pressing Enter in a text field presses the form's first one.
      this.again = make("input", { type: "button", className: "btn btn-secondary", value: "重新调整" });
      this.panel = make("div", { className: "photo-ready", hidden: true }, this.image, this.words, this.again);
      this.says = make("div", { aria: { role: "status" } }, this.panel);
      input.after(this.says);
      input.addEventListener("change", () => this.chosen(input.files[0]));
      this.again.addEventListener("click", () => this.adjust());
    }

    async chosen(file) {
      this.panel.hidden = true;
      if (!file) return;
      const bytes = new Uint8Array(await file.arrayBuffer()), head = inspect(bytes);
      this.source = { file, head };
      let picture = null;
      try {
        picture = await decode(file, head);
      } catch {
        this.tell(unreadable(head), false);
        return;
      }
      if (head.flaws.length > 0) { await this.adjust(picture); return; }
      const ground = background(await whole(picture));
      picture.close();
      this.show(file, ground.white
        ? "这张照片已符合尺寸和大小要求，将原样提交。"
        : `照片底色看起来${colourWord(ground.colour)}，应为白色，请在白墙前重新拍摄。`, ground.white);
    }

    // Opens the studio. Whatever happens there, the file that was chosen stays until another one takes its place.
    async adjust(decoded) {
      const { file, head } = this.source;
      const picture = decoded || await decode(file, head);
      studio ||= new Studio();
      const photo = await studio.open(picture, head);
      if (photo) this.put(photo);
      else if (this.panel.hidden) this.tell("没有调整：提交后由系统自动裁剪，再请您核对。", false, true);
      this.input.focus();
      if (photo) this.words.focus();
    }

    // A photo that was made elsewhere.
    receive(photo) {
      this.source = null;
      this.put(photo);
    }

    put(photo) {
      const transfer = new DataTransfer();
      transfer.items.add(photo);
      this.input.files = transfer.files;
      this.show(photo, `照片已调整好：295 × 413 像素，${kilobytes(photo.size)}。`, true);
      this.again.hidden = !this.source;
    }

    show(file, words, good) {
      URL.revokeObjectURL(this.image.src);
      this.image.src = URL.createObjectURL(file);
      this.tell(words, good, false);
      this.image.hidden = false;
    }

    tell(words, good, adjustable = false) {
      this.words.textContent = words;
      this.image.hidden = true;
      this.again.hidden = !adjustable;
      this.panel.classList.toggle("doubtful", !good);
      this.panel.hidden = false;
    }
  }

  const fields = new Map();
  if (able) {
    document.querySelectorAll("input[type=file][data-studio]").forEach((input) => fields.set(input, new Field(input)));
  }
  // For the hand-over from a phone.
  return { make, fieldOf: (input) => fields.get(input) };
})();
