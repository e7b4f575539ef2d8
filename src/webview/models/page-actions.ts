import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FromModelsPage } from "../../protocol/models-page.ts";

/** What any part of the page can do: tell the extension something, or say which model is pointed at. */
export interface PageActions {
  post(message: FromModelsPage): void;
  point(id: string | null): void;
}

const PageActionsContext = createContext<PageActions | null>(null);

export const PageActionsProvider = PageActionsContext.Provider;

export const usePage = (): PageActions => {
  const actions = useContext(PageActionsContext);
  if (!actions) throw new Error("usePage is called outside PageActionsProvider");
  return actions;
};
