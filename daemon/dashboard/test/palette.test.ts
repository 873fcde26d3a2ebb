import { describe, expect, test } from "vitest";
import { lookOrder } from "../src/looks";
import baseCss from "../src/styles/base.css?raw";
import looksCss from "../src/styles/looks.css?raw";
import { ciede2000, contrast, deuteranope, labOf, rgbOf, type Lab } from "./colour";

// The two sides of light-dark(); a colour that stands alone is both.
function sides(sheet: string, name: string): [string, string] {
  const value = new RegExp(`${name}:\\s*([^;]+);`).exec(sheet)?.[1] ?? "";
  const colours = value.match(/#[0-9a-f]{6}/g) ?? [];
  const [light, dark = light] = colours;
  if (!light || !dark) throw new Error(`${name} has no colour in "${value}"`);
  return [light, dark];
}

const themes = [["light", 0], ["dark", 1]] as const;
const fill = (look: string, side: 0 | 1): string => sides(looksCss, `--look-${look}`)[side];

describe.each(themes)("in the %s theme", (_name, side) => {
  const all = [...lookOrder.map((look) => [look, fill(look, side)] as const), ["the page", sides(baseCss, "--surface")[side]] as const];

  test.each([["for every eye", (hex: string): Lab => labOf(rgbOf(hex))], ["with deuteranopia", (hex: string): Lab => labOf(deuteranope(rgbOf(hex)))]])(
    "states are at least 10 apart %s", (_eye, seen) => {
      const near: string[] = [];
      all.forEach(([a, first], index) => all.slice(index + 1).forEach(([b, second]) => {
        const apart = ciede2000(seen(first), seen(second));
        if (apart < 10) near.push(`${a} ${first} and ${b} ${second}: ${apart.toFixed(1)}`);
      }));
      expect(near).toEqual([]);
    });

  test("what stands on a state's colour can be read", () => {
    const dim: string[] = [];
    const ink = { dark: rgbOf("#0d141b"), light: rgbOf("#ffffff") };
    for (const look of lookOrder) {
      const rule = new RegExp(`\\.l-${look} \\{[^}]*color: (?:light-dark\\(var\\(--ink-(\\w+)\\), var\\(--ink-(\\w+)\\)\\)|var\\(--ink-(\\w+)\\))`).exec(looksCss);
      const name = (rule?.[3] ?? rule?.[side + 1]) as keyof typeof ink | undefined;
      const reached = name ? contrast(ink[name], rgbOf(fill(look, side))) : 0;
      if (reached < 4.5) dim.push(`${look}: ${reached.toFixed(2)}`);
    }
    expect(dim).toEqual([]);
  });

  test("queued is not green", () => {
    for (const look of ["waiting", "ready"]) {
      const [r, g, b] = rgbOf(fill(look, side));
      expect(g <= Math.max(r, b), look).toBe(true);
    }
  });
});

test("the difference agrees with the published pairs", () => {
  const pairs: [Lab, Lab, number][] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425], [[50, -1, 2], [50, 0, 0], 2.3669], [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, 2.5, 0], [73, 25, -18], 27.1492], [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ];
  for (const [a, b, wanted] of pairs) expect(ciede2000(a, b)).toBeCloseTo(wanted, 3);
});
