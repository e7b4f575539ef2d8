import { createHash } from "node:crypto";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { ModelFiles } from "../../ports/model-files.ts";

/** Reads a model's header, and those of its other parts beside it, as the model host does. Rejects with the signal's reason. */
export type CheckHeader = (
  path: string,
  signal: AbortSignal,
) => Promise<{ ok: true } | { ok: false; failure: HostFailure }>;

/** The file's SHA-256 as lower-case hex. Rejects with an error of the file system or the signal's reason. */
export const sha256Of = async (
  files: ModelFiles,
  path: string,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<string> => {
  const hash = createHash("sha256");
  for await (const block of files.read(path)) {
    signal.throwIfAborted();
    hash.update(block);
    onBytes(block.length);
  }
  return hash.digest("hex");
};

/** Whether the failure is about the file itself: then fetching or checking it again changes nothing. */
export const isFaultOfFile = ({ code }: HostFailure): boolean =>
  ["model-not-gguf", "model-truncated", "model-invalid", "model-unsupported"].includes(code);
