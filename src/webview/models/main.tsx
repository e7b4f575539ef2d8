import "@vscode/codicons/dist/codicon.css";
import "../style/base.css";
import "../style/models.css";
import "../style/models-memory.css";
import "../style/models-lists.css";
import * as l10n from "@vscode/l10n";
import { render } from "preact";
import type { EditorApi } from "../host.ts";
import { ModelsPage } from "./page.tsx";
import { connectPageHost } from "./page-host.ts";
import { initialPage, type PageEvent, reducePage } from "./page-state.ts";

declare const acquireVsCodeApi: () => EditorApi;

const translations = document.getElementById("l10n")?.textContent;
if (translations) l10n.config({ contents: translations });

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element #root");

const host = connectPageHost(acquireVsCodeApi(), window);
let state = initialPage(host.saved);
let drawing = false;

const draw = () => {
  drawing = false;
  render(<ModelsPage state={state} host={host} dispatch={dispatch} />, root);
};

/** However fast numbers change, they are drawn at most once per frame. */
const dispatch = (event: PageEvent) => {
  state = reducePage(state, event);
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
};

host.listen(dispatch);
draw();
host.post({ type: "ready" });
