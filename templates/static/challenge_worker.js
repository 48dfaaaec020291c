// Does the work of a challenge: for each piece the first counter whose key begins with so many zero bits.
"use strict";

const text = new TextEncoder();

const key = async (piece, counter, { salt, rounds }) => {
  const password = await crypto.subtle.importKey("raw", text.encode(`${piece}:${counter}`), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: text.encode(salt), iterations: rounds };
  return new DataView(await crypto.subtle.deriveBits(how, password, 32)).getUint32(0);
};

addEventListener("message", async ({ data }) => {
  const counters = [];
  for (let piece = 0; piece < data.pieces; piece++) {
    let counter = 0;
    while (Math.clz32(await key(piece, counter, data)) < data.zeroBits) counter++;
    counters.push(counter);
  }
  postMessage({ salt: data.salt, answer: `w:${counters.join(".")}` });
});
