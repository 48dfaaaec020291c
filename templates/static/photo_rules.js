// The photo rules as far as a browser can check them. The server judges by the same rules (src/domain/photo.rs): both are held to
// tests/fixtures/photo_vectors.json.
"use strict";

window.photoRules = (() => {
  const WIDTH = 295, HEIGHT = 413, MIN_BYTES = 10 * 1024, MAX_BYTES = 30 * 1024;
  const LEAST_QUALITY = 40, MOST_QUALITY = 100;

  const starts = (bytes, text, at = 0) => [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  const u16 = (bytes, at) => bytes[at] * 256 + bytes[at + 1];

  function kind(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return "jpeg";
    if (starts(bytes, "\x89PNG")) return "png";
    if (starts(bytes, "ftyp", 4)) return "heif";
    return "other";
  }

  // The orientation of a TIFF structure (CIPA DC-008, tag 0x0112): 1 to 8, or 0 where there is none.
  function orientation(tiff) {
    const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
    const little = starts(tiff, "II*\0");
    if (!little && !starts(tiff, "MM\0*")) return 0;
    try {
      const directory = view.getUint32(4, little), entries = view.getUint16(directory, little);
      for (let at = directory + 2, i = 0; directory >= 8 && i < entries; i += 1, at += 12) {
        if (view.getUint16(at, little) !== 0x0112) continue;
        const type = view.getUint16(at + 2, little);
        if (view.getUint32(at + 4, little) !== 1) return 0;
        const value = type === 3 ? view.getUint16(at + 8, little) : type === 1 ? view.getUint8(at + 8) : type === 4 ? view.getUint32(at + 8, little) : 0;
        return value <= 8 ? value : 0;
      }
    } catch { /* It points behind its own end: no orientation, as viewers have it. */ }
    return 0;
  }

  // Size, orientation and coding, from the segments before the first scan. What viewers show upright has the orientation 0.
  function jpegHeader(bytes) {
    const found = { width: 0, height: 0, orientation: 0, unsupported: false };
    let seen = false;
    for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
      const marker = bytes[at + 1];
      if (marker === 0xff) { at += 1; continue; }
      const length = u16(bytes, at + 2), from = at + 4;
      if (marker === 0xda || length < 2) break;
      if (marker === 0xe1 && !seen && starts(bytes, "Exif\0", from)) {
        const told = orientation(bytes.subarray(from + 6, at + 2 + length));
        seen = told > 0;
        found.orientation = told > 1 ? told : 0;
      } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8) {
        const components = bytes[from + 5];
        found.unsupported = marker > 0xc2 || bytes[from] !== 8 || (components !== 1 && components !== 3);
        if (!found.unsupported) {
          found.height = u16(bytes, from + 1);
          found.width = u16(bytes, from + 3);
        }
      }
      at += 2 + length;
    }
    // As it is shown: four of the orientations swap the sides.
    if (found.orientation > 4) [found.width, found.height] = [found.height, found.width];
    return found;
  }

  // What a file is, and the codes of the rules that its head and its size break (PhotoProblem::code).
  function inspect(bytes) {
    const file = { kind: kind(bytes), width: 0, height: 0, orientation: 0, flaws: [] };
    if (bytes.length === 0) return { ...file, flaws: ["empty"] };
    if (file.kind === "png") return { ...file, width: u16(bytes, 18), height: u16(bytes, 22), flaws: ["not_jpeg"] };
    if (file.kind !== "jpeg") return { ...file, flaws: ["not_jpeg"] };
    const { unsupported, ...head } = jpegHeader(bytes);
    Object.assign(file, head);
    if (bytes.length > MAX_BYTES) file.flaws.push("too_large");
    if (bytes.length < MIN_BYTES) file.flaws.push("too_small");
    if (unsupported) return { ...file, flaws: [...file.flaws, "unsupported"] };
    if (file.orientation) file.flaws.push("orientation");
    if (file.width !== WIDTH || file.height !== HEIGHT) file.flaws.push("dimensions");
    return file;
  }

  // The largest part in the middle of a picture that has the photo's proportions.
  function crop(width, height) {
    const of = (side, by, to) => Math.max(1, Math.floor((2 * side * by + to) / (2 * to)));
    const cut = width * HEIGHT > height * WIDTH
      ? { width: of(height, WIDTH, HEIGHT), height }
      : { width, height: of(width, HEIGHT, WIDTH) };
    cut.width = Math.min(cut.width, width);
    cut.height = Math.min(cut.height, height);
    return { x: Math.floor((width - cut.width) / 2), y: Math.floor((height - cut.height) / 2), ...cut };
  }

  // A band along the top edge, and the upper parts of both sides. Takes rows of RGBA.
  function background(pixels) {
    const others = [[], [], []];
    let white = 0;
    for (let row = 0; row < Math.floor(HEIGHT * 2 / 5); row += 1) {
      for (let column = 0; column < WIDTH; column += 1) {
        if (row >= 16 && column >= 16 && column < WIDTH - 16) continue;
        const at = (row * WIDTH + column) * 4;
        const [red, green, blue] = pixels.subarray(at, at + 3);
        const most = Math.max(red, green, blue), least = Math.min(red, green, blue);
        if (least >= 220 && most - least <= 24) white += 1;
        else [red, green, blue].forEach((value, i) => others[i].push(value));
      }
    }
    const percent = Math.floor(white * 100 / Math.max(1, white + others[0].length));
    const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] || 0;
    return { white: percent >= 85, percent, colour: others.map(median) };
  }

  // The highest quality whose file is not over the most bytes; null where that file is under the least bytes, or none is small enough.
  async function bestQuality(sizeAt) {
    const fits = async (quality) => {
      const size = await sizeAt(quality);
      return size <= MAX_BYTES ? size : null;
    };
    let low = LEAST_QUALITY, high = MOST_QUALITY;
    let size = await fits(high);
    if (size !== null) return size < MIN_BYTES ? null : high;
    size = await fits(low);
    if (size === null) return null;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2), of = await fits(middle);
      if (of === null) { high = middle; } else { low = middle; size = of; }
    }
    return size < MIN_BYTES ? null : low;
  }

  // Variance of the Laplacian of the brightness: low where there are no edges. Takes rows of RGBA.
  function sharpness(pixels) {
    const grey = new Float32Array(WIDTH * HEIGHT);
    for (let i = 0; i < grey.length; i += 1) grey[i] = 0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2];
    let sum = 0, squares = 0, count = 0;
    for (let row = 1; row < HEIGHT - 1; row += 1) {
      for (let column = 1; column < WIDTH - 1; column += 1) {
        const at = row * WIDTH + column;
        const edge = grey[at - 1] + grey[at + 1] + grey[at - WIDTH] + grey[at + WIDTH] - 4 * grey[at];
        sum += edge;
        squares += edge * edge;
        count += 1;
      }
    }
    return squares / count - (sum / count) ** 2;
  }

  return { WIDTH, HEIGHT, MIN_BYTES, MAX_BYTES, inspect, crop, background, bestQuality, sharpness };
})();
