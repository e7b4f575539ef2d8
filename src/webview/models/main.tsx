import "@vscode/codicons/dist/codicon.css";
import "../style/base.css";
import "../style/models.css";
import "../style/models-memory.css";
import "../style/models-lists.css";
import { mount } from "../mount.tsx";
import { ModelsPage } from "./page.tsx";
import { connectPageHost } from "./page-host.ts";
import { initialPage, reducePage } from "./page-state.ts";

mount({
  connect: connectPageHost,
  initial: (host) => initialPage(host.saved),
  reduce: reducePage,
  view: (state, host, dispatch) => <ModelsPage state={state} host={host} dispatch={dispatch} />,
});
