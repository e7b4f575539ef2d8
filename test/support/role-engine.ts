// An engine that answers by role, from a script, and counts what is done with it. For tests of the flow.
import type { Engine, EngineModel, GenerateRequest, OpenModel } from "../../src/agent/inference/engine.ts";
import { roleTexts } from "../../src/agent/roles/role-texts.gen.ts";
import type { HostFailure, Message, TokenConfidence } from "../../src/protocol/model-host.ts";

/** "starter": a model that is asked with a one-word skill. */
export type ScriptedRole = keyof typeof roleTexts | "starter";

/** One generation as the engine was asked for it. */
export interface AskedOf {
  readonly role: ScriptedRole;
  readonly model: string;
  /** The last message: what the role was told. */
  readonly told: string;
  readonly request: GenerateRequest;
}

/** What is answered: text, a value as JSON, or how it goes wrong. */
export type Scripted =
  | string
  | { readonly json: unknown }
  | { readonly fail: HostFailure }
  /** Says this and then nothing more, until aborted. */
  | { readonly stall: string }
  | { readonly text: string; readonly confidence: TokenConfidence };

export interface RoleScript {
  /** Answers to each role, in order; the last one again and again. A function gets the question. */
  readonly answers: { readonly [role in ScriptedRole]?: readonly Scripted[] | ((asked: AskedOf) => Scripted) };
  /** Called before each generation. */
  readonly onAsk?: (asked: AskedOf) => void | Promise<void>;
  /** Models that cannot be opened. */
  readonly unopened?: { readonly [model: string]: HostFailure };
}

export interface RoleEngine extends Engine {
  readonly asked: AskedOf[];
  /** The models in the order in which they were opened. */
  readonly opened: string[];
  /** Leases that have not been given back, and generations that run. */
  readonly held: () => { leases: number; running: number };
  /** The most generations that ran at once. */
  readonly widest: () => number;
}

const abilities = {
  ...{ chat: true, infill: false, embed: false, rank: false },
  ...{ grammar: true, tools: false, exactCount: true },
};

const cannot = async () => ({ ok: false, failure: { code: "not-supported", detail: {} } }) as const;

const contextSize = 65_536;

/** A quarter of a token for each character. */
const tokensOf = (messages: readonly Message[]): number =>
  Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / 4);

const roleOf = (messages: readonly Message[]): ScriptedRole => {
  const system = messages[0]?.content ?? "";
  if (/^\w+$/.test(system)) return "starter";
  const names = Object.keys(roleTexts) as (keyof typeof roleTexts)[]; // keys of a constant
  const found = names.find((name) => system.startsWith(roleTexts[name]));
  if (!found) throw new Error(`no role has this system message: ${system.slice(0, 80)}`);
  return found;
};

export const createRoleEngine = (script: RoleScript): RoleEngine => {
  const asked: AskedOf[] = [];
  const opened: string[] = [];
  const counts = new Map<ScriptedRole, number>();
  let leases = 0;
  let running = 0;
  let widest = 0;

  const answerTo = (question: AskedOf): Scripted => {
    const answers = script.answers[question.role];
    if (answers === undefined) throw new Error(`the script says nothing of the ${question.role}`);
    if (typeof answers === "function") return answers(question);
    const count = counts.get(question.role) ?? 0;
    counts.set(question.role, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)];
    if (answer === undefined) throw new Error(`an empty script for the ${question.role}`);
    return answer;
  };

  const generateWith =
    (model: string): OpenModel["generate"] =>
    async (request, onProgress, signal) => {
      const { messages } = request;
      const told = messages.findLast(({ role }) => role === "user")?.content ?? "";
      const question = { role: roleOf(messages), model, told, request };
      asked.push(question);
      widest = Math.max(widest, ++running);
      try {
        await script.onAsk?.(question);
        const answer = answerTo(question);
        if (typeof answer === "object" && "fail" in answer) return { ok: false, failure: answer.fail };
        const text = textOf(answer);
        // In pieces, each in a turn of its own, as tokens come.
        for (const piece of text.match(/[\s\S]{1,8}/g) ?? []) {
          if (signal.aborted) break;
          onProgress({ kind: "chunk", text: piece, thought: "" });
          await Promise.resolve();
        }
        if (typeof answer === "object" && "stall" in answer && !signal.aborted)
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        const completionTokens = tokensOf([{ role: "assistant", content: text }]);
        const promptTokens = tokensOf(messages);
        return {
          ok: true,
          endReason: signal.aborted ? null : "end",
          usage: { promptTokens, completionTokens, cachedTokens: 0, contextSize, firstTokenMs: 1, tokensPerSecond: 1 },
          confidence: typeof answer === "object" && "confidence" in answer ? answer.confidence : null,
          calls: [],
        };
      } finally {
        running--;
      }
    };

  const modelOf = (id: string): EngineModel => ({ id, name: id, contextSize, sizeBytes: 1, abilities });

  return {
    asked,
    opened,
    held: () => ({ leases, running }),
    widest: () => widest,
    describe: async (id) => ({ ok: true, model: modelOf(id) }),
    async open({ model }, _onProgress, signal) {
      signal.throwIfAborted();
      const failure = script.unopened?.[model];
      if (failure) return { ok: false, failure };
      opened.push(model);
      leases++;
      let released = false;
      return {
        ok: true,
        open: {
          model: modelOf(model),
          contextSize,
          shortened: null,
          abilities,
          count: async (messages) => ({ ok: true, tokens: tokensOf(messages) }),
          generate: generateWith(model),
          infill: cannot,
          embed: cannot,
          rank: cannot,
          release() {
            if (released) throw new Error("a lease was given back twice");
            released = true;
            leases--;
          },
        },
      };
    },
    close: async () => undefined,
  };
};

const textOf = (answer: Scripted): string => {
  if (typeof answer === "string") return answer;
  if ("json" in answer) return JSON.stringify(answer.json);
  if ("stall" in answer) return answer.stall;
  return "text" in answer ? answer.text : "";
};
