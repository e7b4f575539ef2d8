import * as z from "zod/mini";
import { damagedLine, issueWords, valueAt } from "./issue-words.ts";

/** A request as shared data: the method string and the shapes of both directions. JSON-RPC classes stay at each end. */
export interface RequestType<P extends z.ZodMiniType = z.ZodMiniType, R extends z.ZodMiniType = z.ZodMiniType> {
  readonly method: string;
  readonly params: P;
  readonly result: R;
}

/** A notification as shared data: the method string and the shape of its parameters. */
export interface NotificationType<P extends z.ZodMiniType = z.ZodMiniType> {
  readonly method: string;
  readonly params: P;
}

export type ParamsOf<T extends RequestType | NotificationType> = z.infer<T["params"]>;
export type ResultOf<T extends RequestType> = z.infer<T["result"]>;

export const request = <P extends z.ZodMiniType, R extends z.ZodMiniType>(
  method: string,
  params: P,
  result: R,
): RequestType<P, R> => ({ method, params, result });

export const notification = <P extends z.ZodMiniType>(method: string, params: P): NotificationType<P> => ({
  method,
  params,
});

/** An empty object: the parameters or result of a message that carries nothing. */
export const nothing = z.object({});

export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: string[] };

/**
 * Parses one message at a process border.
 * Issues read "path: what is wrong", one per problem, in plain words that are safe to show.
 */
export const parse = <T extends z.ZodMiniType>(schema: T, value: unknown): Parsed<z.infer<T>> => {
  const result = z.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    issues: result.error.issues.map((issue) => {
      const words = issueWords(issue, valueAt(value, issue.path));
      return issue.path.length === 0 ? words : `${issue.path.join(".")}: ${words}`;
    }),
  };
};

/** Parses JSON text, as a file or a model wrote it; text that is no JSON is an issue like any other. */
export const parseJson = <T extends z.ZodMiniType>(schema: T, text: string): Parsed<z.infer<T>> => {
  try {
    return parse(schema, JSON.parse(text));
  } catch (error) {
    return { ok: false, issues: [`line ${damagedLine(text, error)} is not JSON`] };
  }
};

/** What the text says as JSON; undefined when it is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
