// Schemas of functions as others wrote them: the grammar made from them takes right calls and refuses wrong ones. Whether a
// text suits a grammar, llama.cpp itself says.
import * as z from "zod/mini";
import { strictSchema } from "../../../src/agent/tools/calls/tool-schema.ts";
import { callGrammar } from "../../../src/modelhost/llama/json-grammar.ts";
import type { JsonSchema } from "../../../src/protocol/model-host.ts";
import { callText, missingOne, ofWrongType, rightCalls, type ToolCall } from "../function-calls.ts";
import { shareOf } from "../scores.ts";
import { defineSuite } from "../suite.ts";

const Case = z.object({
  functions: z.array(
    z.object({ name: z.string(), description: z._default(z.string(), ""), parameters: z.optional(z.unknown()) }),
  ),
  ground_truth: z._default(z.nullable(z.array(z.record(z.string(), z.record(z.string(), z.unknown())))), null),
});
type Case = z.infer<typeof Case>;

interface Output {
  readonly accepted: boolean;
  readonly rejected: boolean;
  readonly error?: string;
}

/** Whether llama.cpp takes a text under a grammar. */
type Takes = (text: string) => boolean;

/** The part of the library's grammar that its types leave out. */
const WithTest = z.object({ isTextCompatible: z.custom<Takes>((value) => typeof value === "function") });

const open = async (): Promise<(grammar: string) => Promise<Takes>> => {
  // Loaded here: the library is large, and awaits while it loads, which tests of other suites cannot.
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({
    ...{ gpu: false, build: "never", skipDownload: true, progressLogs: false },
    ...{ logLevel: LlamaLogLevel.fatal, maxThreads: 1 },
  });
  return async (grammar) => {
    const { _grammar: native } = z.parse(z.object({ _grammar: z.unknown() }), await llama.createGrammar({ grammar }));
    z.parse(WithTest, native);
    // Called on the native object, which its methods need.
    return (text) => (native as z.infer<typeof WithTest>).isTextCompatible(text);
  };
};

const failed = (error: string): Output => ({ accepted: false, rejected: false, error });

const answer = async (one: Case, takesUnder: (grammar: string) => Promise<Takes>): Promise<Output> => {
  const schemas = new Map<string, JsonSchema>();
  for (const { name, parameters } of one.functions) {
    const strict = strictSchema(parameters);
    if (!strict.ok) return failed(`${name}: ${strict.reason}`);
    schemas.set(name, strict.schema);
  }
  const tools = one.functions.map(({ name, description }) => ({
    name,
    description,
    parameters: schemas.get(name) ?? {},
  }));
  const made = callGrammar(tools);
  if (!made.ok) return failed(made.reason);
  const takes = await takesUnder(made.grammar);
  const write = (call: ToolCall): string => callText(call, schemas.get(call.name) ?? {});
  const right = rightCalls(one.ground_truth ?? [], schemas);
  const wrong = right.flatMap((call) => {
    const schema = schemas.get(call.name) ?? {};
    return [...missingOne(call, schema), ...ofWrongType(call, schema)];
  });
  const refused = right.find((call) => !takes(write(call)));
  const taken = wrong.find((call) => takes(write(call)));
  const error = refused ? `refused ${write(refused)}` : taken ? `took ${write(taken)}` : undefined;
  return { accepted: !refused, rejected: !taken, ...(error !== undefined && { error }) };
};

export const toolGrammarSuite = defineSuite({
  name: "tool-grammar",
  casesFile: "bfcl_cases.public.jsonl",
  schema: Case,
  async open() {
    const takesUnder = await open();
    return { answer: (one) => answer(one, takesUnder) };
  },
  score: (answered) => [
    { name: "accepted", value: shareOf(answered, ({ output }) => output.accepted), better: "higher", tolerance: 0 },
    { name: "rejected", value: shareOf(answered, ({ output }) => output.rejected), better: "higher", tolerance: 0 },
  ],
});
