import type { Message } from "../../protocol/model-host.ts";

/** Longer tokens do not occur on average, so more text than this cannot fit; counting a megabyte would hold up every window. */
const charactersPerToken = 32;

/** Whether the messages could fit into the context at all; others are not worth counting. */
export const isCountable = (messages: readonly Message[], contextSize: number): boolean =>
  messages.reduce((sum, { content }) => sum + content.length, 0) <= contextSize * charactersPerToken;
