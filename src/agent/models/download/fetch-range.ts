import * as l10n from "@vscode/l10n";
import type { PartFile } from "../../ports/model-files.ts";
import type { NetResponse } from "../../ports/net.ts";
import { type Answer, again, ask, failed, final, Lost, troubleOf, type Wire } from "./ask.ts";
import type { Part, Range } from "./journal.ts";
import type { Trouble } from "./retrying.ts";

/** `whole`: the server sends the file from its first byte, whatever range was asked for: what has come is of no use. */
export type RangeAnswer = { ok: true; answer: Answer; whole: boolean } | { ok: false; trouble: Trouble };

const changed: Trouble = final({ code: "download-changed", detail: {} });

/** The server's name for this content; null when it gives none, or a weak one, which says nothing about bytes. */
const etagOf = ({ headers }: NetResponse): string | null => {
  const etag = headers["etag"];
  return etag?.startsWith('"') ? etag : null;
};

const missingOf = ({ start, end, done }: Range) => ({ offset: start + done, length: end - start - done });

/** Whether the answer is to what was asked; the trouble with it, or null. */
const troubleWith = (part: Part, range: Range, { response }: Answer): Trouble | null => {
  const { status, headers } = response;
  const { offset, length } = missingOf(range);
  if (status === 416) return troubleOfRange(part, headers["content-range"]);
  if (status !== 200 && status !== 206) return troubleOf(response);
  const etag = etagOf(response);
  if (part.etag !== null && etag !== null && etag !== part.etag) return changed;
  const announced = headers["content-length"] === undefined ? null : Number(headers["content-length"]);
  if (status === 200)
    return announced === null || announced === part.sizeBytes ? null : wrongLength(announced, part.sizeBytes);
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (total !== undefined && total !== "*" && Number(total) !== part.sizeBytes) return changed;
  if (Number(first) !== offset || Number(last) !== offset + length - 1)
    return again(l10n.t("the hub sent another piece than the one that was asked for"));
  return announced === null || announced === length ? null : wrongLength(announced, length);
};

/** The server has no such range: it has another file, or something is wrong with what has come. */
const troubleOfRange = (part: Part, contentRange: string | undefined): Trouble => {
  const [, total] = /^bytes \*\/(\d+)$/.exec(contentRange ?? "") ?? [];
  if (total !== undefined && Number(total) !== part.sizeBytes) return changed;
  return { ...again(l10n.t("the hub answered {0}", 416)), verdict: "restart" };
};

const wrongLength = (announced: number, expected: number): Trouble =>
  again(l10n.t("the hub announced {0} bytes instead of {1}", announced, expected));

/** Asks for what is missing of the range, on the condition that the content is still the one that has come so far. */
export const openRange = async (
  wire: Wire,
  url: string,
  { part, range }: { part: Part; range: Range },
  signal: AbortSignal,
): Promise<RangeAnswer> => {
  const { offset, length } = missingOf(range);
  const isWhole = length === part.sizeBytes;
  const headers: Record<string, string> = { accept: "*/*" };
  if (!isWhole) headers["range"] = `bytes=${offset}-${offset + length - 1}`;
  if (!isWhole && part.etag !== null) headers["if-range"] = part.etag;
  const asked = await ask(wire, url, headers, signal);
  if (!asked.ok) return asked;
  const trouble = troubleWith(part, range, asked.answer);
  if (trouble) {
    asked.answer.leave();
    return { ok: false, trouble };
  }
  part.etag ??= etagOf(asked.answer.response);
  return { ok: true, answer: asked.answer, whole: asked.answer.response.status === 200 };
};

/**
 * Writes the body to its place and counts it in `range.done`. Resolves with null when the range is full, whatever more the
 * server would send. Rejects with an error of the file system or the signal's reason.
 */
export const drain = async (
  answer: Answer,
  range: Range,
  file: PartFile,
  arrived: () => Promise<void>,
): Promise<Trouble | null> => {
  try {
    for await (const chunk of answer.body) {
      const { offset, length } = missingOf(range);
      const bytes = chunk.subarray(0, length);
      await file.write(bytes, offset);
      range.done += bytes.length;
      await arrived();
      if (bytes.length === length) return null;
    }
    return missingOf(range).length === 0
      ? null
      : { verdict: "again", failure: failed(l10n.t("the connection was lost")) };
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return again(error.message);
  } finally {
    answer.leave();
  }
};
