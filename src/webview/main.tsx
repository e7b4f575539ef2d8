import "@vscode/codicons/dist/codicon.css";
import "./style/base.css";
import "./style/chat.css";
import "./style/turn.css";
import "./style/folds.css";
import "./style/plan.css";
import "./style/running.css";
import "./style/composer.css";
import "./style/panels.css";
import "./style/markdown.css";
import { Chat } from "./chat/chat.tsx";
import { connectHost } from "./host.ts";
import { mount } from "./mount.tsx";
import { initialState, reduce } from "./state.ts";

mount({
  connect: connectHost,
  initial: () => initialState,
  reduce,
  view: (state, host, dispatch) => <Chat state={state} host={host} dispatch={dispatch} />,
});
