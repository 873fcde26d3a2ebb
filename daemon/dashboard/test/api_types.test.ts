// The page's types are made of the API's description: what it says, no more and no less.
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import text from "../../../proto/openapi.yaml?raw";
import { declarations, typeOf } from "../embed/api_types.mjs";

const described = parse(text);

describe("types from the API's description", () => {
  test("members are there when they are required, and null only when null is allowed", () => {
    const schema = { type: "object", required: ["id", "at"], properties: { id: { type: "integer" }, at: { type: ["string", "null"], format: "date-time" }, "two words": { type: "boolean" } } };
    expect(typeOf(schema, "x")).toBe('{ id: number; at: string | null; "two words"?: boolean; }');
  });

  test("lists, choices and references keep their kinds", () => {
    expect(typeOf({ type: "array", items: { type: ["number", "null"] } }, "x")).toBe("(number | null)[]");
    expect(typeOf({ type: ["string", "null"], enum: ["a", null] }, "x")).toBe('"a" | null');
    expect(typeOf({ type: "array", items: { $ref: "#/components/schemas/Run" } }, "x")).toBe("Run[]");
    expect(typeOf({ anyOf: [{ $ref: "#/components/schemas/Run" }, { type: "null" }] }, "x")).toBe("Run | null");
    expect(typeOf({ type: "object", additionalProperties: { type: "integer" } }, "x")).toBe("{ [name: string]: number }");
    expect(typeOf({}, "x")).toBe("Json");
  });

  test("what is not understood is refused with its place", () => {
    expect(() => typeOf({ type: "object", properties: { a: { oneOf: [] } } }, "Run")).toThrow('Run/a: "oneOf" is not known here');
    expect(() => typeOf({ type: "text" }, "Run")).toThrow('Run: no type "text"');
    expect(() => typeOf({ type: "object", required: ["b"], properties: { a: {} } }, "Run")).toThrow('"b" is required and not described');
  });

  test("every schema becomes a type", () => {
    const made = declarations(described);
    for (const name of Object.keys(described.components.schemas)) expect(made).toMatch(new RegExp(`^export (type|interface) ${name}\\b`, "m"));
  });

  // In a line such as {description: one, two} the second half would be a member of its own.
  test("no sentence of the description is cut at its comma", () => {
    const cut: string[] = [];
    const look = (node: unknown, where: string): void => {
      if (node === null || typeof node !== "object") return;
      for (const [name, value] of Object.entries(node)) {
        if (value === null && !Array.isArray(node)) cut.push(`${where}/${name}`);
        look(value, `${where}/${name}`);
      }
    };
    look(described, "");
    expect(cut).toEqual([]);
  });
});
