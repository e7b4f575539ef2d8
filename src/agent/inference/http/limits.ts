/** How much is taken from a server: what is larger is not an answer. */
export const limits = {
  eventCharacters: 1_048_576,
  streamBytes: 67_108_864,
  jsonBytes: 67_108_864,
  errorBytes: 65_536,
  /** Of an error's text that is shown. */
  reasonCharacters: 300,
  toolCalls: 64,
} as const;

/** How long a server may be silent, in milliseconds. The connection has its own 5 s in ports/net. */
export interface Patience {
  /** For what a server knows without a model, such as its list of models. */
  readonly factMs: number;
  /** Until the first token, or the answer of what does not stream. */
  readonly firstTokenMs: number;
  /** Between the pieces of an answer. */
  readonly idleMs: number;
  /** How often a silence is reported. */
  readonly heartbeatMs: number;
}

export const defaultPatience: Patience = { factMs: 10_000, firstTokenMs: 60_000, idleMs: 30_000, heartbeatMs: 1000 };
