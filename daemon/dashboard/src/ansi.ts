// Terminal colours in a log line as pieces with class names. Nothing of the line reaches the page but as text: other escape
// sequences (cursor, links, titles) are left out, control characters are shown as pictures. Pure.
export interface AnsiPiece { text: string; name: string }

const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

interface Pen { ink: string; bold: boolean; faint: boolean; italic: boolean; underline: boolean }
const plain: Pen = { ink: "", bold: false, faint: false, italic: false, underline: false };

function classOf(pen: Pen): string {
  return [pen.ink && `a-${pen.ink}`, pen.bold && "a-bold", pen.faint && "a-faint", pen.italic && "a-italic", pen.underline && "a-underline"].filter(Boolean).join(" ");
}

function paint(pen: Pen, codes: number[]): Pen {
  const next = { ...pen };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 0) Object.assign(next, plain);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) { next.bold = false; next.faint = false; }
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.ink = colours[code - 30] ?? "";
    else if (code >= 90 && code <= 97) next.ink = colours[code - 90] ?? "";
    else if (code === 39) next.ink = "";
    // 256 and true colours would need a style of their own per piece: their parameters are passed over.
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : codes[i + 1] === 2 ? 4 : 0;
  }
  return next;
}

// CSI; OSC and its like up to their end (or the line's); other two-character escapes.
const escape = /\u001b\[([0-9;:]*)([@-~])|\u001b[\]PX^_](?:[^\u0007\u001b]|\u001b(?!\\))*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?|\u009b[0-9;:]*[@-~]?/g;

function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (c) => (c === "\r" ? "" : c === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + c.charCodeAt(0))))
    // Marks that turn the direction of what follows can make a line read as something else.
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

export function ansiPieces(line: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let pen = plain;
  let at = 0;
  const put = (text: string) => {
    const shown = visible(text);
    const name = classOf(pen);
    const last = pieces.at(-1);
    if (shown === "") return;
    if (last && last.name === name) last.text += shown;
    else pieces.push({ text: shown, name });
  };
  for (const found of line.matchAll(escape)) {
    put(line.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === "m") pen = paint(pen, (found[1] ?? "").split(/[;:]/).map((code) => Number(code) || 0));
  }
  put(line.slice(at));
  return pieces;
}

export const plainText = (line: string): string => ansiPieces(line).map((piece) => piece.text).join("");
