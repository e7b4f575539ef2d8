// A model server whose model plays its roles by a script: it knows each role by the fixed text that its prompts begin with.

import { roleTexts } from "../../src/agent/roles/role-texts.gen.ts";
import type { RoleName } from "../../src/protocol/profile.ts";
import { type Asked, replyTo, textEvents } from "./model-dialects.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";

/** What a role answers: a text, or a value that is sent as JSON. `count` counts the role's requests from 1. */
export type RoleScript = Readonly<
  Partial<Record<RoleName, (prompt: { readonly text: string; readonly count: number }) => unknown>>
>;

export interface RoleServer extends ModelServer {
  /** The roles in the order in which they were asked. */
  readonly asked: readonly string[];
  /** Begins to count anew. */
  forget(): void;
}

/** The name of the served model, as settings name it: `engine:<engine id>/scripted`. */
export const startRoleServer = async (script: RoleScript, paceMs = 0): Promise<RoleServer> => {
  const asked: RoleName[] = [];
  const reply = (request: Asked) => {
    if (!request.path.endsWith("/chat/completions")) return replyTo("llama-server", request);
    const messages = request.body["messages"] as { role: string; content: string }[]; // the agent's own request
    const system = messages.find(({ role }) => role === "system")?.content ?? "";
    const found = Object.entries(roleTexts).find(([, fixed]) => system.startsWith(fixed));
    const role = (found?.[0] ?? "answerer") as RoleName; // the keys of roleTexts
    asked.push(role);
    const text = messages.filter((message) => message.role === "user").at(-1)?.content ?? "";
    const count = asked.filter((one) => one === role).length;
    const answer = script[role]?.({ text, count }) ?? "";
    const words = typeof answer === "string" ? answer : JSON.stringify(answer);
    return { events: textEvents(words.match(/\S+\s*|\s+/g) ?? [words]) };
  };
  return { ...(await startModelServer("llama-server", { reply, paceMs })), asked, forget: () => void asked.splice(0) };
};
