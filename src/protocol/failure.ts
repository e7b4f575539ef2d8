import * as z from "zod/mini";

/** What a user can do next about a failure; the view shows each as a button. */
export const NextStep = z.enum([
  "choose-model",
  "use-starter",
  "retry",
  "continue",
  "new-chat",
  "shorten",
  "show-log",
  "open-models",
  "set-key",
  "resume-download",
]);
export type NextStep = z.infer<typeof NextStep>;

/** Why something that can be expected to go wrong went wrong. Codes are stable; texts are for people. */
export const FailureCode = z.enum([
  "model-missing",
  "model-is-folder",
  "model-unreadable",
  "model-not-gguf",
  "model-truncated",
  "model-invalid",
  "model-unsupported",
  "model-not-chat",
  "model-load-failed",
  "model-unloaded",
  "model-unknown",
  "model-ambiguous",
  "model-in-use",
  "out-of-memory",
  "memory-refused",
  "not-supported",
  "prompt-empty",
  "prompt-too-long",
  "host-stopped",
  "host-hung",
  "host-unavailable",
  "agent-stopped",
  "engine-unknown",
  "engine-unreachable",
  "engine-timeout",
  "engine-rejected",
  "engine-overloaded",
  "engine-garbled",
  "engine-key",
  "network-refused",
  "download-failed",
  "download-no-space",
  "download-wrong-hash",
  "download-changed",
  "download-not-found",
  "download-unknown",
  "import-failed",
  "remove-failed",
  "profile-invalid",
  "profile-unknown",
  "secret-failed",
  "unknown-session",
  "unknown-turn",
  "turn-running",
  "turn-not-running",
  "turn-complete",
  "run-not-kept",
  "store-failed",
  "store-damaged",
  "internal",
]);
export type FailureCode = z.infer<typeof FailureCode>;

/** A failure as shown: what happened and why (`message`), and what to do now (`next`, best first). */
export const Failure = z.object({
  code: FailureCode,
  message: z.string(),
  next: z.array(NextStep),
});
export type Failure = z.infer<typeof Failure>;
