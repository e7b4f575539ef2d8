import { createParser } from "eventsource-parser";
import { limits } from "./limits.ts";

/** One server-sent event. `name` is "" when the server gives none. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Thrown when what a server sends cannot be an answer. */
export class Garbled extends Error {}

/**
 * Reads server-sent events from bytes that may be cut anywhere, inside a character too: the returned function takes the
 * next bytes and gives the events that are complete with them. Throws Garbled when one event is larger than allowed.
 */
export const eventDecoder = (): ((bytes: Uint8Array) => ServerEvent[]) => {
  const text = new TextDecoder();
  let complete: ServerEvent[] = [];
  const parser = createParser({
    maxBufferSize: limits.eventCharacters,
    onEvent: ({ event, data }) => void complete.push({ name: event ?? "", data }),
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") throw new Garbled("a line of the answer is too long");
    },
  });
  return (bytes) => {
    complete = [];
    parser.feed(text.decode(bytes, { stream: true }));
    if (complete.some(({ data }) => data.length > limits.eventCharacters))
      throw new Garbled("a line of the answer is too long");
    return complete;
  };
};
