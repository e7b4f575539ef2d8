import * as l10n from "@vscode/l10n";
import { type ComponentChild, render } from "preact";
import type { EditorApi } from "./host.ts";

declare const acquireVsCodeApi: () => EditorApi;

/** What a page's own code needs of its side of the connection. */
interface Host<Event> {
  listen(dispatch: (event: Event) => void): void;
  post(message: { type: "ready" }): void;
}

interface Page<State, Event, H extends Host<Event>> {
  readonly connect: (api: EditorApi, target: Window) => H;
  readonly initial: (host: H) => State;
  readonly reduce: (state: State, event: Event) => State;
  readonly view: (state: State, host: H, dispatch: (event: Event) => void) => ComponentChild;
}

/** Starts a page: texts, connection, state, and drawing at most once per frame, however fast things change. */
export const mount = <State, Event, H extends Host<Event>>(page: Page<State, Event, H>): void => {
  const translations = document.getElementById("l10n")?.textContent;
  if (translations) l10n.config({ contents: translations });
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no element #root");

  const host = page.connect(acquireVsCodeApi(), window);
  let state = page.initial(host);
  let drawing = false;

  const draw = (): void => {
    drawing = false;
    render(page.view(state, host, dispatch), root);
  };
  const dispatch = (event: Event): void => {
    state = page.reduce(state, event);
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(draw);
  };

  host.listen(dispatch);
  draw();
  host.post({ type: "ready" });
};
