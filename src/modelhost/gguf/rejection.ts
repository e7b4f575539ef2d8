import type { HostFailure } from "../../protocol/model-host.ts";

/**
 * Thrown inside the header check to leave the parser at the first thing that is wrong.
 * It never leaves `checkModelFile`, which turns it into a `HostFailure`.
 */
export class GgufRejection extends Error {
  readonly code: HostFailure["code"];
  readonly detail: HostFailure["detail"];

  constructor(code: HostFailure["code"], detail: HostFailure["detail"]) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** The header says something no model can mean. The reason is a clause without a full stop. */
export const invalid = (reason: string): GgufRejection => new GgufRejection("model-invalid", { reason });

/** The file is what it says, but nothing here can run it. */
export const unsupported = (reason: string): GgufRejection => new GgufRejection("model-unsupported", { reason });

/** The file ends before `what` does, and the header does not say how long the whole file should be. */
export const cutOff = (sizeBytes: number, what: string): GgufRejection =>
  new GgufRejection("model-truncated", { sizeBytes, reason: `the file ends inside ${what}` });

/**
 * Text from a model file made safe to show: no control, format (bidi, zero width) or separator characters, capped.
 */
export const shown = (text: string, limit = 80): string => {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffd]+/gu, " ").trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
};
