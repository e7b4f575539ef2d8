import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import { Option } from "commander";
import { Mode } from "../../../protocol/routing.ts";
import type { Attachment } from "../../../protocol/session.ts";
import { type PipedInput, readPipedInput } from "../../ports/stdin.ts";
import { showIn } from "./chat-stream.ts";
import { type AddCommands, notText, type Outcome, type Output, type Running } from "./command.ts";
import { turnEnd } from "./turn-end.ts";

/** `trivium chat`: asks once and streams the answer. */
export const addChatCommand: AddCommands = (program, does) => {
  const command = program
    .command("chat")
    .description("Ask once. What is piped in goes along as context.")
    .argument("[prompt...]", "the question; without one, what is piped in is the question")
    .option("-m, --model <model>", "a GGUF file, or a model's id or name; without one, the one that suits best")
    .addOption(
      new Option("--mode <mode>", "ask: answer; plan: make a plan; agent: what it needs").choices(Mode.options),
    );
  does(command, chat, { lines: "print every event as a line of JSON, and the whole turn last" });
};

const chat = async (
  { agent, out, signal }: Running,
  words: string[],
  { model, mode }: { model?: string; mode?: Mode },
): Promise<Outcome> => {
  const read = await readInput(out, signal);
  signal.throwIfAborted();
  if (read.kind === "binary") return { ok: false, wrongUse: notText() };
  const input = read.kind === "text" ? read.text : "";
  if (model !== undefined) await agent.useModel(fromHere(model));
  const asked = words.join(" ");
  const prompt = asked.trim() === "" ? { text: input, attachments: [] } : { text: asked, attachments: piped(input) };
  const { id } = agent.newSession();
  const stream = showIn(out);
  const result = await agent.startTurn({ sessionId: id, prompt, mode }, stream.show, signal);
  if (!result.ok)
    return result.failure.code === "prompt-empty" ? { ok: false, wrongUse: result.failure.message } : result;
  return turnEnd(result.turn, stream, out);
};

const piped = (text: string): Attachment[] => (text.trim() === "" ? [] : [{ kind: "text", name: "stdin", text }]);

/** A pipe that stays open looks like a program that hangs, so this says what it waits for. */
const readInput = async (out: Output, signal: AbortSignal): Promise<PipedInput> => {
  const say = setTimeout(() => out.notes(`${l10n.t("Reading standard input until it ends …")}\n`), 2_000);
  return readPipedInput(signal).finally(() => clearTimeout(say));
};

/** A path counts from where the command stands; ids and names are left as they are. */
const fromHere = (model: string): string =>
  !/^(engine:|~)/.test(model) && /[\\/]|\.gguf$/i.test(model) ? resolve(model) : model;
