import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FromChatView } from "../../protocol/webview.ts";

/** What any part of the view can do: tell the extension something, say something to a screen reader, fill the input. */
export interface Actions {
  post(message: FromChatView): void;
  announce(text: string): void;
  fillInput(text: string): void;
}

const ActionsContext = createContext<Actions | null>(null);

export const ActionsProvider = ActionsContext.Provider;

export const useActions = (): Actions => {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error("useActions is called outside ActionsProvider");
  return actions;
};
