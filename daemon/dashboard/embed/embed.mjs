// node embed.mjs DIST OUT.cpp PACKED_FOLDER: writes a C++ file that carries every file of DIST, plain and gzipped.
// Bytes come in by the assembler's .incbin: no array of a million numbers for the compiler to read.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]);
}

const etagOf = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 32);

// The bundle carries these packages, so their licences go with it: /licenses.txt, written from what is installed.
function writeLicenses(dist) {
  const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");
  const texts = ["preact", "@preact/signals", "@preact/signals-core", "@dagrejs/dagre", "@dagrejs/graphlib"].map((name) =>
    `${name}\n\n${readFileSync(join(modules, name, "LICENSE"), "utf8").trim()}\n`);
  writeFileSync(join(dist, "licenses.txt"), texts.join("\n----\n\n"));
}

// What the first page needs before it shows anything: the document and what it names. Parts that are fetched when a view is
// opened do not count.
const firstLoadMax = 250_000;

function checkFirstLoad(plain, packedSizes) {
  const page = plain.find((file) => file.path === "/index.html");
  if (!page) throw new Error("embed.mjs: the bundle has no index.html");
  const named = [...page.bytes.toString("utf8").matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((found) => found[1]);
  const sum = ["/index.html", ...named].reduce((bytes, path) => {
    const size = packedSizes.get(path);
    if (size === undefined) throw new Error(`embed.mjs: index.html names ${path}, which is not in the bundle`);
    return bytes + size;
  }, 0);
  if (sum > firstLoadMax) throw new Error(`embed.mjs: the first load is ${sum} bytes compressed, allowed are ${firstLoadMax}: fetch what is not needed at once by import()`);
  console.log(`dashboard: first load ${sum} of ${firstLoadMax} bytes compressed`);
}

function row(file) {
  return `    {"${file.path}", "${file.type}",\n` +
    `     {${file.symbol}, ${file.bytes.length}}, "\\"${file.etag}\\"", ${file.gzip}, ${file.path.startsWith("/assets/")}},`;
}

function blob(file) {
  return `asm(".section .rodata\\n.balign 16\\n.local ${file.symbol}\\n${file.symbol}:\\n.incbin \\"${file.source}\\"\\n.byte 0\\n.previous\\n");\n` +
    `extern "C" const char ${file.symbol}[];`;
}

function main([dist, out, packedFolder]) {
  rmSync(packedFolder, { recursive: true, force: true });
  mkdirSync(packedFolder, { recursive: true });
  writeLicenses(dist);
  const byPath = (a, b) => (a.path < b.path ? -1 : 1);
  const plain = filesBelow(resolve(dist)).map((source) => {
    const path = "/" + relative(resolve(dist), source).split("\\").join("/");
    const type = contentTypes[extname(path)];
    if (!type) throw new Error(`embed.mjs knows no content type for ${path}: add its extension to contentTypes`);
    if (!/^[\w./-]+$/.test(path)) throw new Error(`embed.mjs: ${path} has characters that a URL would escape: rename it`);
    const bytes = readFileSync(source);
    return { path, type, source, bytes, etag: etagOf(bytes), gzip: false };
  }).sort(byPath);
  plain.forEach((file, index) => { file.symbol = `kontor_dashboard_plain_${index}`; });

  const packed = plain.map((file, index) => {
    const bytes = gzipSync(file.bytes, { level: 9 });
    const source = resolve(packedFolder, `${index}.gz`);
    return { ...file, source, bytes, etag: etagOf(bytes), gzip: true, symbol: `kontor_dashboard_packed_${index}` };
  }).filter((file, index) => file.bytes.length < plain[index].bytes.length * 0.9);
  packed.forEach((file) => writeFileSync(file.source, file.bytes));
  checkFirstLoad(plain, new Map([...plain, ...packed].map((file) => [file.path, file.bytes.length])));

  const all = [...plain, ...packed];
  writeFileSync(out, `// Written by embed.mjs from the built dashboard.
#include "dashboard/embedded_table.hpp"

${all.map(blob).join("\n")}

namespace kontor::dashboard {
namespace {

const EmbeddedFile plain_files[] = {
${plain.map(row).join("\n")}
};
const EmbeddedFile packed_files[] = {
${packed.map(row).join("\n")}
};

}  // namespace

std::span<const EmbeddedFile> plain_table() { return plain_files; }
std::span<const EmbeddedFile> packed_table() { return packed_files; }

}  // namespace kontor::dashboard
`);
}

main(process.argv.slice(2));
