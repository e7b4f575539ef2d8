import * as l10n from "@vscode/l10n";
import type * as z from "zod/mini";
import type { HostFailure, OutputFormat } from "../../protocol/model-host.ts";
import type { Usage } from "../../protocol/run-event.ts";
import { grammarWanted } from "../grammar/grammar-wanted.ts";
import { narrowed } from "../grammar/narrowed.ts";
import { nothingKnown } from "../grammar/reality.ts";
import { madeReal } from "../grammar/unreal.ts";
import type { EngineResult } from "../inference/engine.ts";
import { oneLine, priorities, wordPart } from "../prompt/request-parts.ts";
import { chooseSkill, skillParts } from "../prompt/skill-word.ts";
import type { Asked, AskRequest, Role } from "./define.ts";
import { type Asking, generateOnce, type Said } from "./generate-once.ts";
import { placeWords } from "./place-words.ts";
import { readStructured } from "./read-structured.ts";
import { starterAnswer } from "./starter-answer.ts";

/** What came of asking one model. */
export type Answered<Output> = Omit<Extract<Asked<Output>, { ok: true }>, "model">;

/** One answer of an open model, as the role's output. */
export const answerOf = <Input, Output>(
  role: Role<Input, Output>,
  request: AskRequest<Input>,
  asking: Asking,
  signal: AbortSignal,
): Promise<EngineResult<Answered<Output>>> => {
  if (role.output !== "text") return structuredAnswer({ ...role, output: role.output }, request, asking, signal);
  // Whoever made the role said with "text" that its output is one.
  return textAnswer(role, request, asking, signal) as Promise<EngineResult<Answered<Output>>>;
};

const textAnswer = async <Input, Output>(
  role: Role<Input, Output>,
  { input, history, partial, temperature, seed, onText }: AskRequest<Input>,
  asking: Asking,
  signal: AbortSignal,
): Promise<EngineResult<Answered<string>>> => {
  const prompt = asking.model.promptStyle === "skill-word" ? role.skillPrompt(input) : null;
  const skill = prompt && chooseSkill(prompt).skill;
  const said = await generateOnce(
    {
      role: role.name,
      prompt: skill
        ? { ...skillParts(skill, prompt), partial }
        : { system: role.system, history, parts: role.parts(input), partial },
      format: { kind: "text" },
      temperature: temperature ?? role.temperature,
      maxTokens: role.maxTokens,
      seed,
      onText: skill ? () => undefined : onText,
    },
    asking,
    signal,
  );
  if (!said.ok || !skill) return said.ok ? { ...said, value: said.text } : said;
  // A stopped answer that only makes sense as a whole shows nothing: continuing begins it anew.
  const text = said.endReason === null ? "" : starterAnswer(skill, said.text, prompt);
  if (text !== "") onText(text);
  return { ...said, text, value: text };
};

type StructuredRole<Input, Output> = Role<Input, Output> & { readonly output: z.ZodMiniType<Output> };

/** Some servers take no schema; the role's text shows the form, and what comes is parsed all the same. */
const refusesSchema = ({ code, detail }: HostFailure): boolean =>
  code === "not-supported" || (code === "engine-rejected" && [400, 415, 422, 501].includes(Number(detail["status"])));

/** Asked once more, without chance, when what came cannot be used; then it is a failure. */
const structuredAnswer = async <Input, Output>(
  role: StructuredRole<Input, Output>,
  { input, history, temperature, seed }: AskRequest<Input>,
  asking: Asking,
  signal: AbortSignal,
): Promise<EngineResult<Answered<Output>>> => {
  const { ref, sizeBytes, parameters, card } = asking.model;
  const sized = { name: ref.name, parameters, bytes: sizeBytes || null, card };
  const isNarrowed = grammarWanted(asking.settings["generation.grammar"], sized);
  const reality = role.reality?.(input) ?? nothingKnown;
  let format: OutputFormat = { kind: "json", schema: narrowed(role.output, isNarrowed ? reality : null) };
  const say = (problem: string): Promise<EngineResult<Said>> =>
    generateOnce(
      {
        role: role.name,
        prompt: {
          system: role.system,
          history,
          parts: [...role.parts(input), ...(problem === "" ? [] : [repairPart(problem)])],
          partial: "",
        },
        format,
        temperature: problem === "" ? (temperature ?? role.temperature) : 0,
        maxTokens: role.maxTokens,
        seed,
        onText: () => undefined,
      },
      asking,
      signal,
    );
  const sayInAnyFormat = async (problem: string): Promise<EngineResult<Said>> => {
    const said = await say(problem);
    if (said.ok || format.kind === "text" || !refusesSchema(said.failure)) return said;
    format = { kind: "text" };
    return say(problem);
  };

  let problem = "";
  let usage: Usage | null = null;
  for (let tries = 0; tries < 2; tries++) {
    const said = await sayInAnyFormat(problem);
    if (!said.ok) return said;
    signal.throwIfAborted();
    usage = bothUsages(usage, said.usage);
    const read = readStructured(role.output, said);
    if (read.ok) {
      const real = madeReal(role.output, read.value, reality);
      if (real.ok) return { ...said, usage, value: real.value };
      problem = real.missing
        .map(({ at, value }) => l10n.t("{0}: {1} does not exist", placeWords(at), value))
        .join("; ");
    } else problem = read.problem;
  }
  return { ok: false, failure: { code: "engine-garbled", detail: { engine: asking.model.ref.name, reason: problem } } };
};

/** The numbers of the last, with the tokens of both. */
const bothUsages = (first: Usage | null, last: Usage): Usage => ({
  ...last,
  promptTokens: last.promptTokens + (first?.promptTokens ?? 0),
  cachedTokens: last.cachedTokens + (first?.cachedTokens ?? 0),
  completionTokens: last.completionTokens + (first?.completionTokens ?? 0),
});

const repairPart = (problem: string) =>
  wordPart({
    name: l10n.t("hint"),
    kind: "hint",
    text: `Your last answer could not be used: ${oneLine(problem)}. Answer again, with JSON alone, in the form that you were shown.`,
    priority: priorities.task,
  });
