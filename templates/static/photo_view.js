// A picture under the frame, and the photo that comes of it. Plain helpers that the studio's other files share stand here too.
"use strict";

window.photoView = (() => {
  const { WIDTH, HEIGHT, crop, background, bestQuality, sharpness } = window.photoRules;
  // Phones take pictures of 12 million pixels and more; this is enough for a photo, and small enough for an old phone's memory.
  const MOST_SIDE = 2048;
  const LEAST_SHARPNESS = 25;

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

  return { make, kilobytes, colourWord, canvasOf, decode, View, develop };
})();
