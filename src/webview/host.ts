import * as z from "zod/mini";
import { Mode } from "../protocol/routing.ts";
import { parse } from "../protocol/rpc.ts";
import { FromChatView, ToChatView } from "../protocol/webview.ts";

/** What the editor gives a webview: `acquireVsCodeApi()` returns it, once. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * What the view keeps over a reload. `scroll` is null while the view sticks to the newest text, `mode` while the user
 * has chosen none.
 */
const Saved = z.object({
  draft: z.string(),
  lastPrompt: z.string(),
  mode: z._default(z.nullable(Mode), null),
  scroll: z.nullable(z.object({ sessionId: z.string(), top: z.number() })),
});
export type Saved = z.infer<typeof Saved>;

const nothingSaved: Saved = { draft: "", lastPrompt: "", mode: null, scroll: null };

/** The extension as the view sees it. Messages that do not fit the contract are reported and dropped, both ways. */
export interface Host {
  post(message: FromChatView): void;
  listen(onMessage: (message: ToChatView) => void): void;
  saved(): Saved;
  save(change: Partial<Saved>): void;
}

export const connectHost = (api: EditorApi, source: EventTarget): Host => {
  const read = parse(Saved, api.getState());
  let saved = read.ok ? read.value : nothingSaved;

  return {
    post(message) {
      const checked = parse(FromChatView, message);
      if (checked.ok) api.postMessage(checked.value);
      else console.error("Message to the extension was not sent:", checked.issues.join("; "));
    },
    listen(onMessage) {
      source.addEventListener("message", (event) => {
        if (!(event instanceof MessageEvent)) return;
        const checked = parse(ToChatView, event.data);
        if (checked.ok) onMessage(checked.value);
        else console.error("Message from the extension was ignored:", checked.issues.join("; "));
      });
    },
    saved: () => saved,
    save(change) {
      saved = { ...saved, ...change };
      api.setState(saved);
    },
  };
};
