import "@vscode/codicons/dist/codicon.css";
import "./style/base.css";
import "./style/chat.css";
import "./style/turn.css";
import "./style/composer.css";
import "./style/panels.css";
import "./style/markdown.css";
import * as l10n from "@vscode/l10n";
import { render } from "preact";
import { Chat } from "./chat/chat.tsx";
import { connectHost, type EditorApi } from "./host.ts";
import { initialState, reduce, type ViewEvent } from "./state.ts";

declare const acquireVsCodeApi: () => EditorApi;

const translations = document.getElementById("l10n")?.textContent;
if (translations) l10n.config({ contents: translations });

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element #root");

const host = connectHost(acquireVsCodeApi(), window);
let state = initialState;
let drawing = false;

const draw = () => {
  drawing = false;
  render(<Chat state={state} host={host} dispatch={dispatch} />, root);
};

/** However fast text arrives, it is drawn at most once per frame. */
const dispatch = (event: ViewEvent) => {
  state = reduce(state, event);
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
};

host.listen(dispatch);
draw();
host.post({ type: "ready" });
