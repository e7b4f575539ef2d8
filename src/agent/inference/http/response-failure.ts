import * as z from "zod/mini";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { limits } from "./limits.ts";

const Details = z.object({
  message: z.optional(z.string()),
  type: z.optional(z.nullable(z.string())),
  code: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  n_prompt_tokens: z.optional(z.number()),
  n_ctx: z.optional(z.number()),
});
type Details = z.infer<typeof Details>;

/** The shapes in which servers say what went wrong: `error` as an object or words, or `message` or `detail` alone. */
const ErrorBody = z.union([
  z.pipe(
    z.object({ error: Details }),
    z.transform(({ error }): Details => error),
  ),
  z.pipe(
    z.object({ error: z.string() }),
    z.transform(({ error }): Details => ({ message: error })),
  ),
  z.pipe(
    z.object({ object: z.literal("error"), message: z.string() }),
    z.transform(({ message }): Details => ({ message })),
  ),
  z.pipe(
    z.object({ detail: z.string() }),
    z.transform(({ detail }): Details => ({ message: detail })),
  ),
]);

/** What the JSON value says went wrong; null when it does not. */
export const errorIn = (value: unknown): Details | null => {
  const body = z.safeParse(ErrorBody, value);
  return body.success ? body.data : null;
};

/** Statuses of errors that come inside a stream, by the names that Anthropic gives them. */
const statusOfType: Readonly<Record<string, number>> = {
  authentication_error: 401,
  permission_error: 403,
  rate_limit_error: 429,
  overloaded_error: 529,
};

/** The error that an event of a stream tells of, and the status it would have had; null when it tells of none. */
export const eventError = (value: unknown): { status: number; details: Details } | null => {
  if (typeof value !== "object" || value === null) return null;
  const tells = ("error" in value && value.error) || ("object" in value && value.object === "error");
  const details = tells ? errorIn(value) : null;
  if (!details) return null;
  const code = Number(details.code);
  const status = statusOfType[details.type ?? ""] ?? (code >= 400 && code < 600 ? code : 500);
  return { status, details };
};

/** Who was asked what. `secret` is taken out of what the server says; null when none was sent. */
export interface Asked {
  readonly engine: string;
  readonly secret: string | null;
}

/** Text of a server as it may be shown: one line, short, without the key. */
export const shownText = (text: string, secret: string | null): string => {
  const safe = secret ? text.replaceAll(secret, "…") : text;
  const line = safe.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > limits.reasonCharacters ? `${line.slice(0, limits.reasonCharacters)}…` : line;
};

const isWindowFull = ({ type, code }: Details): boolean =>
  type === "exceed_context_size_error" || code === "context_length_exceeded";

/** The failure that a status and an error body stand for. */
export const responseFailure = (asked: Asked, status: number, error: Details | null, text: string): HostFailure => {
  const { engine, secret } = asked;
  const reason = shownText(error?.message ?? text, secret) || "no reason given";
  if (status === 401 || status === 403)
    return { code: "engine-key", detail: secret === null ? { engine } : { engine, status } };
  if (status === 429 || status === 503 || status === 529)
    return { code: "engine-overloaded", detail: { engine, status } };
  if (error && isWindowFull(error))
    return {
      code: "prompt-too-long",
      detail: { tokens: error.n_prompt_tokens ?? "more", contextSize: error.n_ctx ?? "fewer" },
    };
  if (status === 501 || error?.type === "not_supported_error")
    return { code: "not-supported", detail: { name: engine, ability: reason } };
  return { code: "engine-rejected", detail: { engine, status, reason } };
};
