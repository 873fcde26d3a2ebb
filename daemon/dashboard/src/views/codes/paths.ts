// Where a country's code lists are in the API.
export const listsPath = (country: string): string => `/v1/countries/${encodeURIComponent(country)}/code-lists`;
