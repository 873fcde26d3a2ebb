// Which part of the world a country belongs to, and the clock on its wall. Countries that stand here nowhere are "Elsewhere", in UTC.
const table: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ["Western Europe", [["AT", "Vienna"], ["BE", "Brussels"], ["CH", "Zurich"], ["DE", "Berlin"], ["FR", "Paris"], ["GB", "London"], ["IE", "Dublin"],
    ["LI", "Vaduz"], ["LU", "Luxembourg"], ["MC", "Monaco"], ["NL", "Amsterdam"]]],
  ["Northern Europe", [["DK", "Copenhagen"], ["EE", "Tallinn"], ["FI", "Helsinki"], ["IS", "Atlantic/Reykjavik"], ["LT", "Vilnius"], ["LV", "Riga"], ["NO", "Oslo"], ["SE", "Stockholm"]]],
  ["Southern Europe", [["AD", "Andorra"], ["AL", "Tirane"], ["BA", "Sarajevo"], ["CY", "Asia/Nicosia"], ["ES", "Madrid"], ["GR", "Athens"], ["HR", "Zagreb"], ["IT", "Rome"],
    ["ME", "Podgorica"], ["MK", "Skopje"], ["MT", "Malta"], ["PT", "Lisbon"], ["RS", "Belgrade"], ["SI", "Ljubljana"], ["SM", "San_Marino"]]],
  ["Eastern Europe", [["BG", "Sofia"], ["BY", "Minsk"], ["CZ", "Prague"], ["HU", "Budapest"], ["MD", "Chisinau"], ["PL", "Warsaw"], ["RO", "Bucharest"], ["SK", "Bratislava"], ["UA", "Kyiv"]]],
];
const far: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ["Americas", [["AR", "America/Argentina/Buenos_Aires"], ["BR", "America/Sao_Paulo"], ["CA", "America/Toronto"], ["CL", "America/Santiago"], ["CO", "America/Bogota"],
    ["MX", "America/Mexico_City"], ["PE", "America/Lima"], ["US", "America/New_York"]]],
  ["Asia and Pacific", [["AU", "Australia/Sydney"], ["CN", "Asia/Shanghai"], ["HK", "Asia/Hong_Kong"], ["ID", "Asia/Jakarta"], ["IN", "Asia/Kolkata"], ["JP", "Asia/Tokyo"],
    ["KR", "Asia/Seoul"], ["MY", "Asia/Kuala_Lumpur"], ["NZ", "Pacific/Auckland"], ["PH", "Asia/Manila"], ["SG", "Asia/Singapore"], ["TH", "Asia/Bangkok"], ["TW", "Asia/Taipei"], ["VN", "Asia/Ho_Chi_Minh"]]],
  ["Middle East and Africa", [["AE", "Asia/Dubai"], ["EG", "Africa/Cairo"], ["IL", "Asia/Jerusalem"], ["KE", "Africa/Nairobi"], ["MA", "Africa/Casablanca"], ["NG", "Africa/Lagos"],
    ["SA", "Asia/Riyadh"], ["TR", "Europe/Istanbul"], ["ZA", "Africa/Johannesburg"]]],
];

const known = new Map<string, { region: string; zone: string }>();
for (const [region, countries] of table) for (const [code, city] of countries) known.set(code, { region, zone: city.includes("/") ? city : `Europe/${city}` });
for (const [region, countries] of far) for (const [code, zone] of countries) known.set(code, { region, zone });

export const regionNames: readonly string[] = [...table.map(([name]) => name), ...far.map(([name]) => name), "Elsewhere"];
export const regionOf = (country: string): string => known.get(country)?.region ?? "Elsewhere";
export const zoneOf = (country: string): string | null => known.get(country)?.zone ?? null;
