import * as vscode from "vscode";
import type { Failure } from "../../../protocol/failure.ts";
import { FromModelsPage, type ToModelsPage } from "../../../protocol/models-page.ts";
import { parse } from "../../../protocol/rpc.ts";
import type { AgentHandle } from "../../agent.ts";
import { pageHtml } from "../page-html.ts";
import { createPageActions } from "./page-actions.ts";
import type { ModelsWatch } from "./watch.ts";

let open: vscode.WebviewPanel | undefined;

/** What the page needs of the extension. */
export interface PageParts {
  readonly context: vscode.ExtensionContext;
  readonly agent: AgentHandle;
  readonly watch: ModelsWatch;
}

/** Shows the Models page in the editor area; there is one. */
export const showModelsPanel = (parts: PageParts): void => {
  if (open) {
    open.reveal();
    return;
  }
  const panel = vscode.window.createWebviewPanel(
    "trivium.models",
    vscode.l10n.t("Trivium Models"),
    vscode.ViewColumn.Active,
  );
  fillModelsPanel(panel, parts);
};

/** Makes the panel the Models page: a new one, or one that the editor brings back after a reload. */
export const fillModelsPanel = (panel: vscode.WebviewPanel, { context, agent, watch }: PageParts): void => {
  if (open && open !== panel) open.dispose();
  open = panel;
  const { webview } = panel;
  const post = (message: ToModelsPage): void => void webview.postMessage(message);
  const showProblem = (error: unknown): void => {
    const failure = failureIn(error);
    const message = failure?.message ?? (error instanceof Error ? error.message : String(error));
    agent.log.error(message);
    post({ type: "problem", message, next: failure?.next ?? ["retry", "show-log"] });
  };

  const actions = createPageActions(agent, post);
  const showState = (): void => {
    if (agent.models) post({ type: "state", state: agent.models });
  };
  const handle = async (message: FromModelsPage): Promise<void> => {
    if (message.type !== "ready") return actions(message);
    showState();
    await watch.look(panel, panel.visible);
  };

  const parts = vscode.Disposable.from(
    agent.onModels(showState),
    webview.onDidReceiveMessage((raw: unknown) => {
      const message = parse(FromModelsPage, raw);
      if (message.ok) void handle(message.value).catch(showProblem);
      else agent.log.warn(`the Models page said something unknown: ${message.issues.join("; ")}`);
    }),
    panel.onDidChangeViewState(() => void watch.look(panel, panel.visible).catch(showProblem)),
  );
  panel.onDidDispose(() => {
    parts.dispose();
    if (open === panel) open = undefined;
    void watch.look(panel, false).catch(() => undefined); // an agent that is gone watches nothing
  });

  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: [dist] };
  const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, "media", `tab-${theme}.svg`);
  panel.iconPath = { light: icon("light"), dark: icon("dark") };
  webview.html = pageHtml(webview, dist, "models");
};

const failureIn = (error: unknown): Failure | undefined =>
  error instanceof Error && "failure" in error ? (error.failure as Failure) : undefined; // only RequestFailed has it
