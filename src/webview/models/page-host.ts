import * as z from "zod/mini";
import { FromModelsPage, ToModelsPage } from "../../protocol/models-page.ts";
import { RoleName } from "../../protocol/profile.ts";
import { parse } from "../../protocol/rpc.ts";
import type { EditorApi } from "../host.ts";

/** What the page keeps over a reload. */
const Saved = z.object({ filter: z.string(), role: z.nullable(RoleName), allOpen: z.boolean() });
export type Saved = z.infer<typeof Saved>;

const nothingSaved: Saved = { filter: "", role: null, allOpen: false };

/** The extension as the page sees it. Messages that do not fit the contract are reported and dropped, both ways. */
export interface PageHost {
  post(message: FromModelsPage): void;
  listen(onMessage: (message: ToModelsPage) => void): void;
  readonly saved: Saved;
  save(saved: Saved): void;
}

export const connectPageHost = (api: EditorApi, source: EventTarget): PageHost => {
  const read = parse(Saved, api.getState());
  return {
    post(message) {
      const checked = parse(FromModelsPage, message);
      if (checked.ok) api.postMessage(checked.value);
      else console.error("Message to the extension was not sent:", checked.issues.join("; "));
    },
    listen(onMessage) {
      source.addEventListener("message", (event) => {
        if (!(event instanceof MessageEvent)) return;
        const checked = parse(ToModelsPage, event.data);
        if (checked.ok) onMessage(checked.value);
        else console.error("Message from the extension was ignored:", checked.issues.join("; "));
      });
    },
    saved: read.ok ? read.value : nothingSaved,
    save: (saved) => api.setState(saved),
  };
};
