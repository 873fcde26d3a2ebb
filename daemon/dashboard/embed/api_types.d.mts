export function typeOf(schema: object, where: string): string;
export function declarations(document: { components: { schemas: object } }): string;
