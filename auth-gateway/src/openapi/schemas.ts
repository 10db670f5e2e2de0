/** The words that operations are described with. */

export type Schema = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly tag: string;
  readonly summary: string;
  readonly security?: "session" | "client";
  readonly parameters?: readonly Schema[];
  readonly form?: Schema;
  readonly json?: Schema;
  /** Status and what it answers; problems come on top. */
  readonly answers: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly type?: string;
  readonly schema?: Schema;
}

export const text = { type: "string" } as const;
export const time = { type: "string", format: "date-time" } as const;
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

export const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

export const query = (name: string, description: string, schema: Schema): Schema => ({
  name,
  in: "query",
  description,
  schema,
});

export const json = (description: string, schema: Schema): Answer => ({
  description,
  type: "application/json",
  schema,
});
export const page = (summary: string): Operation => ({
  tag: "Pages",
  summary,
  answers: { "200": { description: "The page", type: "text/html", schema: text } },
});
export const asset = (summary: string, type: string): Operation => ({
  tag: "Pages",
  summary,
  answers: { "200": { description: "The file", type, schema: text } },
});

export const oauthError = json("An OAuth error (RFC 6749, 5.2)", object({ error: text, error_description: text }));
