// node api_types.mjs openapi.yaml api_types.ts: the schemas of the API's description as TypeScript, so that the page's shapes are those that are promised.
// Knows the part of JSON Schema that proto/openapi.yaml uses, and stops at what it does not know: a shape that was guessed would be worse than none.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

// What narrows a value without changing its type, and what is told to people.
const asides = new Set([
  "description", "format", "pattern", "examples", "default", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
]);
const shapes = new Set(["$ref", "type", "enum", "const", "properties", "required", "items", "additionalProperties", "allOf", "anyOf"]);
const plain = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const oneOf = (parts) => [...new Set(parts)].join(" | ");
const grouped = (type) => (type.includes(" ") && !/^\{.*\}$/s.test(type) ? `(${type})` : type);

function objectType(schema, where) {
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties ?? {});
  for (const name of required) if (!names.includes(name)) throw new Error(`${where}: "${name}" is required and not described`);
  const more = schema.additionalProperties;
  const others = more && typeof more === "object" ? typeOf(more, `${where}/*`) : "Json";
  if (names.length === 0) return `{ [name: string]: ${others} }`;
  // Beside members of types of their own an index cannot promise its type.
  const open = more === undefined || more === false ? "" : "[name: string]: unknown; ";
  return `{ ${open}${names.map((name) => `${key(name)}${required.has(name) ? "" : "?"}: ${typeOf(schema.properties[name], `${where}/${name}`)};`).join(" ")} }`;
}

function named(type, schema, where) {
  if (type === "object") return objectType(schema, where);
  if (type === "array") return `${grouped(schema.items === undefined ? "Json" : typeOf(schema.items, `${where}/items`))}[]`;
  if (!(type in plain)) throw new Error(`${where}: no type "${type}" is known here`);
  return plain[type];
}

export function typeOf(schema, where) {
  for (const word of Object.keys(schema)) {
    if (!asides.has(word) && !shapes.has(word)) throw new Error(`${where}: "${word}" is not known here; teach embed/api_types.mjs what it means`);
  }
  if (schema.$ref !== undefined) {
    const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(schema.$ref) ?? [];
    if (!name) throw new Error(`${where}: ${schema.$ref} is no schema`);
    return name;
  }
  if (schema.allOf !== undefined) {
    const own = schema.properties ? [objectType(schema, where)] : [];
    return [...schema.allOf.map((part, index) => typeOf(part, `${where}/${index}`)), ...own].map(grouped).join(" & ");
  }
  if (schema.anyOf !== undefined) return oneOf(schema.anyOf.map((part, index) => typeOf(part, `${where}/${index}`)));
  if (schema.enum !== undefined) return oneOf(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === undefined) return "Json";
  return oneOf([schema.type].flat().map((type) => named(type, schema, where)));
}

export function declarations(document) {
  const lines = ["// Made by embed/api_types.mjs from proto/openapi.yaml; changes belong there.", "", "export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };"];
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (!/^\w+$/.test(name) || name === "Json") throw new Error(`"${name}" is no name for a schema`);
    const type = typeOf(schema, name);
    lines.push(/^\{.*\}$/s.test(type) && !type.includes(" | null") && schema.type === "object" ? `export interface ${name} ${type}` : `export type ${name} = ${type};`);
  }
  return `${lines.join("\n")}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [from, to] = process.argv.slice(2);
  if (!from || !to) throw new Error("usage: node api_types.mjs openapi.yaml api_types.ts");
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, declarations(parse(readFileSync(from, "utf8"))));
}
