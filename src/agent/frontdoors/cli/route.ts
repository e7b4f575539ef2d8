import * as l10n from "@vscode/l10n";
import { Option } from "commander";
import * as z from "zod/mini";
import { Mode } from "../../../protocol/routing.ts";
import { parseJson } from "../../../protocol/rpc.ts";
import type { Agent } from "../../agent.ts";
import { pipedLines, readPipedInput } from "../../ports/stdin.ts";
import { type AddCommands, notText, type Outcome, type Running, said } from "./command.ts";
import { routeText } from "./route-text.ts";
import { exitCodes } from "./terminal.ts";

interface Options {
  readonly mode?: Mode;
  readonly jsonl: boolean;
  readonly json: boolean;
}

/** `trivium route`: the road that a request would take, and why; no model is loaded for it. */
export const addRouteCommand: AddCommands = (program, does) => {
  const route = program
    .command("route")
    .description("Say which road a request would take, and why. No model is loaded.")
    .argument("[text...]", "the request; without one, what is piped in")
    .addOption(new Option("--mode <mode>", "as chosen in the chat").choices(Object.keys(Mode.def.entries)))
    .option("--jsonl", "read lines of JSON, {id?, text}, and write one for each", false);
  does(route, async (running, words: string[], options: Options) => {
    const text = words.join(" ");
    if (!options.jsonl) return routeOne(running, text, options);
    if (options.json) return { ok: false, wrongUse: l10n.t("--json and --jsonl do not go together.") };
    if (text !== "") return { ok: false, wrongUse: l10n.t("With --jsonl the requests are piped in.") };
    return routeLines(running, options);
  });
};

const nothingSaid = (): string => l10n.t("Say the request whose road you want to know.");

const routeOne = async ({ agent, signal }: Running, given: string, { mode }: Options): Promise<Outcome> => {
  const piped = given.trim() === "" ? await readPipedInput(signal) : null;
  signal.throwIfAborted();
  if (piped?.kind === "binary") return { ok: false, wrongUse: notText() };
  const text = piped?.kind === "text" ? piped.text : given;
  if (text.trim() === "") return { ok: false, wrongUse: nothingSaid() };
  const routed = await agent.route({ prompt: { text, attachments: [] }, mode }, signal);
  return routed.ok ? said(routeText(routed.routing), routed.routing) : routed;
};

const Line = z.object({ id: z.optional(z.union([z.string(), z.number(), z.null()])), text: z.string() });

/** A line that cannot be routed is answered with its number and what is wrong; the others go on. */
const routeLines = async ({ agent, out, signal }: Running, { mode }: Options): Promise<Outcome> => {
  let number = 0;
  let bad = 0;
  for await (const line of pipedLines(signal)) {
    number++;
    if (line.trim() === "") continue;
    const answer = await routeLine(agent, line, mode, signal);
    if ("error" in answer) bad++;
    out.text(`${JSON.stringify("error" in answer ? { line: number, ...answer } : answer)}\n`);
  }
  signal.throwIfAborted();
  return said("", null, bad === 0 ? exitCodes.done : exitCodes.failed);
};

const routeLine = async (agent: Agent, line: string, mode: Mode | undefined, signal: AbortSignal) => {
  const parsed = parseJson(Line, line);
  if (!parsed.ok) return { error: parsed.issues.join("; ") };
  const { id = null, text } = parsed.value;
  if (text.trim() === "") return { id, error: nothingSaid() };
  const routed = await agent.route({ prompt: { text, attachments: [] }, mode }, signal);
  if (!routed.ok) return { id, error: routed.failure.message };
  const { domain, path, complexity, needsTools, confidence, source, ms, reasons } = routed.routing;
  const reasoning = reasons.join("; ");
  return { id, domain, path, complexity, needs_tools: needsTools, confidence, source, ms, reasoning };
};
