// Every answer that the page gets is held against proto/openapi.yaml: the page's types are made of it, so it must be true.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../daemon/dashboard/package.json", import.meta.url));
const faultsMax = 4;

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value);

export function promises() {
  const document = require("yaml").parse(readFileSync(new URL("../../../proto/openapi.yaml", import.meta.url), "utf8"));
  const paths = Object.entries(document.paths).map(([path, operations]) => ({
    operations, pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`), fixed: (path.match(/\{/g) ?? []).length,
  })).sort((a, b) => a.fixed - b.fixed);  // "/v1/schedules/preview" before "/v1/runs/{id}"

  function resolve(schema) {
    return schema.$ref ? resolve(document.components.schemas[schema.$ref.split("/").at(-1)]) : schema;
  }

  // What does not fit, each with its place.
  function faultsOf(given, value, where) {
    const schema = resolve(given);
    const found = [];
    for (const part of schema.allOf ?? []) found.push(...faultsOf({ ...resolve(part), additionalProperties: true }, value, where));
    if (schema.anyOf && !schema.anyOf.some((part) => faultsOf(part, value, where).length === 0)) found.push(...faultsOf(schema.anyOf[0], value, where));
    const types = schema.type === undefined ? null : [schema.type].flat();
    const type = typeOf(value);
    if (types && !types.includes(type) && !(type === "integer" && types.includes("number"))) return [`${where} is ${type}, promised is ${types.join(" or ")}`];
    if (schema.enum && !schema.enum.includes(value)) found.push(`${where} is ${JSON.stringify(value)}, which is not promised`);
    if (type === "object") {
      for (const name of schema.required ?? []) if (!(name in value)) found.push(`${where}/${name} is missing`);
      for (const [name, member] of Object.entries(value)) {
        const described = schema.properties?.[name];
        if (described) found.push(...faultsOf(described, member, `${where}/${name}`));
        else if (typeof schema.additionalProperties === "object") found.push(...faultsOf(schema.additionalProperties, member, `${where}/${name}`));
        else if (schema.properties && schema.additionalProperties === undefined && !schema.allOf) found.push(`${where}/${name} is not described`);
      }
    }
    if (type === "array" && schema.items) value.forEach((item, index) => found.push(...faultsOf(schema.items, item, `${where}/${index}`)));
    return found;
  }

  // Empty: the answer is as promised, or is none of JSON.
  return function broken(method, path, status, body) {
    const operation = paths.find((each) => each.pattern.test(path) && each.operations[method.toLowerCase()])?.operations[method.toLowerCase()];
    if (!operation) return [`${method} ${path} is not described`];
    const answer = operation.responses[String(status)];
    const schema = answer?.content?.["application/json"]?.schema;
    if (!schema) return status >= 400 ? [] : [`${method} ${path} answers ${status} with JSON, which is not described`];
    return faultsOf(schema, body, "").slice(0, faultsMax).map((fault) => `${method} ${path}: ${fault}`);
  };
}
