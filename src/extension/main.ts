import type * as vscode from "vscode";
import { type AgentHandle, createAgentHandle } from "./agent.ts";
import { registerChat } from "./features/chat/chat-view.ts";
import { registerModel } from "./features/model.ts";
import { registerStatusBar } from "./features/status-bar.ts";

type Feature = (context: vscode.ExtensionContext, agent: AgentHandle) => vscode.Disposable;

const features: readonly Feature[] = [registerChat, registerModel, registerStatusBar];

let stopAgent: () => Promise<void> = async () => undefined;

export const activate = (context: vscode.ExtensionContext): void => {
  const agent = createAgentHandle(context);
  stopAgent = () => agent.stop();
  context.subscriptions.push(agent, ...features.map((register) => register(context, agent)));
};

export const deactivate = (): Promise<void> => stopAgent();
