import * as vscode from "vscode";
import { parse } from "../../../protocol/rpc.ts";
import { turnLimit, turnPause, turnSteer } from "../../../protocol/turn.ts";
import { FromChatView, type ToChatView } from "../../../protocol/webview.ts";
import type { AgentHandle } from "../../agent.ts";
import { openHttpsLink } from "../link.ts";
import { takeNextStep } from "../next-step.ts";
import { pageHtml } from "../page-html.ts";
import { createConversation } from "./conversation.ts";
import { registerRuns } from "./runs.ts";
import { selectionAttachment, selectionLabel, watchSelection } from "./selection.ts";

const viewId = "trivium.chat";
const welcomedKey = "trivium.welcomed";

/** The chat view and the commands that act on it. */
export const registerChat = (context: vscode.ExtensionContext, agent: AgentHandle): vscode.Disposable => {
  let view: vscode.WebviewView | undefined;
  /** Said before the view listened; a request to focus it may be what opens it. */
  let waiting: ToChatView[] = [];
  let listening = false;
  const post = (message: ToChatView): void => {
    if (listening) void view?.webview.postMessage(message);
    else if (message.type === "focusInput") waiting = [message];
  };
  const conversation = createConversation(context, agent, post);
  const runs = registerRuns(agent, () => conversation.lastTurnId());

  const handle = async (message: FromChatView): Promise<void> => {
    switch (message.type) {
      case "ready":
        listening = true;
        await conversation.refresh();
        for (const message of waiting) post(message);
        waiting = [];
        return;
      case "ask":
        return conversation.ask(message.text, message.attachSelection ? selectionAttachment() : [], message.mode);
      case "stop":
        return conversation.stop(message.turnId);
      case "retry":
        return conversation.retry(message.turnId);
      case "reroute":
        return conversation.retry(message.turnId, message.override);
      case "resume":
        return conversation.resume(message.turnId);
      case "pause":
        return conversation.tell(turnPause, { turnId: message.turnId, paused: message.paused });
      case "steer":
        return conversation.tell(turnSteer, { turnId: message.turnId, text: message.text });
      case "limit":
        return conversation.tell(turnLimit, { turnId: message.turnId, limit: message.limit });
      case "feedback":
        return conversation.rate(message.turnId, message.feedback);
      case "showRun":
        return conversation.guarded(() => runs.show(message.turnId));
      case "newChat":
        return conversation.newChat();
      case "listSessions":
        return conversation.listSessions();
      case "openSession":
        return conversation.openSession(message.sessionId);
      case "deleteSession":
        return conversation.deleteSession(message.sessionId);
      case "insertCode":
        return insertCode(message.code);
      case "copy":
        return void (await vscode.env.clipboard.writeText(message.text));
      case "openLink":
        return openHttpsLink(message.url);
      case "nextStep":
        return takeNextStep(message.step);
    }
  };

  const showProblem = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    agent.log.error(message);
    post({ type: "problem", message, next: ["retry", "show-log"] });
  };

  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(resolved) {
      view = resolved;
      listening = false;
      const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
      resolved.webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: [dist] };
      resolved.webview.onDidReceiveMessage((raw: unknown) => {
        const message = parse(FromChatView, raw);
        if (message.ok) void handle(message.value).catch(showProblem);
        else agent.log.warn(`the chat view said something unknown: ${message.issues.join("; ")}`);
      });
      resolved.onDidDispose(() => {
        view = undefined;
        listening = false;
      });
      resolved.webview.html = pageHtml(resolved.webview, dist, "webview");
    },
  };

  const focus = async (attachSelection: boolean): Promise<void> => {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    post({ type: "focusInput", attachSelection });
  };

  /** Once after the installation, so that nobody has to look for it; from then on the editor's layout decides. */
  const welcome = async (): Promise<void> => {
    if (context.globalState.get(welcomedKey)) return;
    await context.globalState.update(welcomedKey, true);
    await focus(false);
  };

  const registered = vscode.Disposable.from(
    runs,
    vscode.window.registerWebviewViewProvider(viewId, provider),
    agent.onStatus((status) => post({ type: "status", status })),
    agent.onRestarted(() => void conversation.refresh()),
    watchSelection(() => post({ type: "selection", selection: selectionLabel() })),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void conversation.refresh()),
    vscode.commands.registerCommand("trivium.newChat", async () => {
      await focus(false);
      await conversation.newChat();
    }),
    vscode.commands.registerCommand("trivium.askSelection", () => focus(true)),
    vscode.commands.registerCommand("trivium.stop", () => conversation.stop()),
  );
  void welcome();
  return registered;
};

/** Into the editor that was last active, in the place of its selection; into a new file when there is none. */
const insertCode = async (code: string): Promise<void> => {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    const document = await vscode.workspace.openTextDocument({ content: code });
    await vscode.window.showTextDocument(document);
    return;
  }
  const { selections } = editor;
  await editor.edit((edit) => {
    for (const selection of selections) edit.replace(selection, code);
  });
};
