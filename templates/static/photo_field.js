// The fields for a photo: what is chosen in one goes through the studio. Without these files, or what they need, the plain field for a file stays
// and the server cuts the picture itself.
"use strict";

window.photoFields = (() => {
  const { WIDTH, HEIGHT, inspect, background } = window.photoRules;
  const { make, kilobytes, colourWord, canvasOf, decode } = window.photoView;

  const able = "HTMLDialogElement" in window && "createImageBitmap" in window && "DataTransfer" in window
    && "toBlob" in HTMLCanvasElement.prototype;

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
      const photo = await window.photoStudio.open(picture, head);
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
  return { of: (input) => fields.get(input) };
})();
