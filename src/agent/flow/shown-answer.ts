import type { RunEvent } from "../../protocol/run-event.ts";

/** What the user sees of the answer. */
export interface ShownAnswer {
  readonly text: string;
  /** Takes the place of what is shown as soon as the first piece of text comes, for this reason; null: goes on with it. */
  begin(reason: string | null): (text: string) => void;
  /** Shows this text in place of what is shown. */
  replace(text: string, reason: string): void;
  add(text: string): void;
}

export const createShownAnswer = (already: string, emit: (event: RunEvent) => void): ShownAnswer => {
  let shown = already;
  const add = (text: string): void => {
    if (text === "") return;
    shown += text;
    emit({ kind: "message_chunk", text });
  };
  const clear = (reason: string): void => {
    if (shown === "") return;
    shown = "";
    emit({ kind: "answer_reset", reason });
  };
  return {
    get text() {
      return shown;
    },
    begin(reason) {
      let why = reason;
      return (text) => {
        if (why !== null && text !== "") {
          clear(why);
          why = null;
        }
        add(text);
      };
    },
    replace(text, reason) {
      if (text === shown) return;
      clear(reason);
      add(text);
    },
    add,
  };
};
