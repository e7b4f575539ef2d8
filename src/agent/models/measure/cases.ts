import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import type { Abilities } from "../../../protocol/capability-card.ts";
import type { JsonSchema, OutputFormat } from "../../../protocol/model-host.ts";
import { type Answer, applyBlock, endsInNumber, isJsonOf, withoutFence } from "./judge.ts";
import { isStepOf, stepPrompt, stepSchemas, stepTasks } from "./step-cases.ts";
import { isCallOf, toolPrompt, tools } from "./tool-cases.ts";

/** One task with an answer that can be judged without running anything. */
export interface MeasureCase {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly format: OutputFormat;
  readonly passes: (answer: Answer) => boolean;
}

/** Steps of an agent are asked for twice: under their schema, and under one of what exists. */
type Measured = keyof Abilities | "plainSteps" | "narrowedSteps";

/** Tasks for one ability, the telling ones first: of a slow model only the first are asked. */
export interface MeasurePart {
  readonly ability: Measured;
  /** Left out where the engine has no grammars. */
  readonly needsGrammar?: true;
  /** What is being measured, in words for people. */
  readonly what: () => string;
  readonly system: string;
  readonly cases: readonly MeasureCase[];
}

const text: OutputFormat = { kind: "text" };
const jsonSchemaOf = (schema: z.ZodMiniType): JsonSchema => ({ ...z.toJSONSchema(schema) });

const toolCalls: readonly [request: string, tool: string, argument: string][] = [
  ["Show me what is in src/server.ts.", "read_file", "src/server.ts"],
  ["Where in the project is the word retryLimit used?", "search_text", "retryLimit"],
  ["Run the tests with npm test.", "run_command", "npm test"],
  ["Put the text hello into notes.txt.", "write_file", "notes.txt"],
  ["Read the file package.json.", "read_file", "package.json"],
  ["Find every place that mentions TODO.", "search_text", "TODO"],
];

const jsonTasks: readonly [request: string, schema: z.ZodMiniType][] = [
  ["Ada is 36 years old.", z.strictObject({ name: z.string(), age: z.int().check(z.gte(0), z.lte(150)) })],
  ["The shop sells apples, pears and plums.", z.strictObject({ fruits: z.array(z.string()).check(z.minLength(1)) })],
  ["The build failed twice.", z.strictObject({ status: z.enum(["passed", "failed"]), count: z.int() })],
  [
    "The window is 80 wide and 24 high, and it is open.",
    z.strictObject({ size: z.strictObject({ width: z.number(), height: z.number() }), open: z.boolean() }),
  ],
  ["Nobody knows who wrote it.", z.strictObject({ author: z.nullable(z.string()), known: z.boolean() })],
  [
    "First read the file, then run the tests.",
    z.strictObject({
      steps: z
        .array(z.strictObject({ verb: z.enum(["read", "run", "write"]), object: z.string() }))
        .check(z.minLength(1)),
    }),
  ],
  ["Berlin lies at 52.5 north, 13.4 east.", z.strictObject({ city: z.string(), north: z.number(), east: z.number() })],
];

const jsonCase = ([request, schema]: (typeof jsonTasks)[number], format: OutputFormat): MeasureCase => ({
  prompt: `${request}\nSchema: ${JSON.stringify(jsonSchemaOf(schema))}`,
  maxTokens: 80,
  format,
  passes: (answer) => isJsonOf(schema, answer.text),
});
const jsonSystem = "Write what the sentence says as one JSON object that fits the JSON schema. Write only the JSON.";

/** Each pattern is for the code without its white space. */
const codeTasks: readonly [request: string, pattern: RegExp][] = [
  [
    "Write a TypeScript function isEven(n: number): boolean.",
    /functionisEven\(n:number\):boolean\{return(\(?n%2===?0\)?|!\(n%2\)|n%2<1|\(n&1\)===?0)/,
  ],
  ["Complete this line: const last = <T>(list: T[]) => list[", /list\.length-1|list\.at\(-1\)/],
  [
    "Write a Python function add(a, b) that returns the sum.",
    /defadd\(a(:\w+)?,b(:\w+)?\)(->\w+)?:(""".*?""")?return\(?(a\+b|b\+a)/,
  ],
  [
    "Write a SQL query for the names of all users who are older than 30. Table: users(name, age).",
    /^selectnamefromuserswhereage>30;?$/i,
  ],
  [
    "Write one JavaScript expression that gives the numbers of the array xs, each doubled.",
    /xs\.map\(\(?(\w+)\)?=>\(?(\1\*2|2\*\1)/,
  ],
];

const stepCases = (schema: JsonSchema): MeasureCase[] =>
  stepTasks.map(([prompt, tool, path]) => ({
    prompt,
    maxTokens: 40,
    format: { kind: "json", schema },
    passes: (answer) => isStepOf(answer, tool, path),
  }));

const sums: readonly [sum: string, result: number][] = [
  ["17 + 25", 42],
  ["9 * 8", 72],
  ["100 - 37", 63],
  ["144 / 12", 12],
  ["23 * 4", 92],
  ["356 + 478", 834],
  ["15 * 15", 225],
  ["1000 - 289", 711],
  ["7 * 8 + 6", 62],
  ["(12 + 8) * 3", 60],
];

const facts: readonly [question: string, answer: RegExp][] = [
  ["What is the capital of Japan?", /\btokyo\b/i],
  ["What is the chemical symbol of gold?", /\bAu\b/],
  ["Who wrote Hamlet?", /shakespeare/i],
  ["How many days has a leap year?", /\b366\b/],
  ["Which planet is known as the red planet?", /\bmars\b/i],
];

const edits: readonly [file: string, request: string, expected: string][] = [
  [
    "const port = 8080;\nconst host = 'local';\n",
    "Change the port to 9090.",
    "const port = 9090;\nconst host = 'local';\n",
  ],
  [
    "def greet(name):\n    print('Hi ' + name)\n",
    "Greet with Hello instead of Hi.",
    "def greet(name):\n    print('Hello ' + name)\n",
  ],
  ["let total = 0;\nlet count = 0;\n", "Rename count to size.", "let total = 0;\nlet size = 0;\n"],
  ["a: 1\nb: 2\nc: 3\n", "Set b to 5.", "a: 1\nb: 5\nc: 3\n"],
];
const editSystem = [
  "Change the file with one block of this form, and write nothing else:",
  "<<<<<<< SEARCH",
  "whole lines of the file as they are",
  "=======",
  "the same lines as they should be",
  ">>>>>>> REPLACE",
].join("\n");

/** The shortest tasks stand first: a slow model can do some of those in the time there is. */
export const measureParts: readonly MeasurePart[] = [
  {
    ability: "arithmetic",
    what: () => l10n.t("Arithmetic"),
    system: "Write only the result, as a number.",
    cases: sums.map(([sum, result]) => ({
      prompt: `${sum} =`,
      maxTokens: 16,
      format: text,
      passes: (answer) => endsInNumber(answer.text, result),
    })),
  },
  {
    ability: "general",
    what: () => l10n.t("Knowledge"),
    system: "Answer in a few words.",
    cases: facts.map(([prompt, pattern]) => ({
      prompt,
      maxTokens: 24,
      format: text,
      passes: (answer) => pattern.test(answer.text),
    })),
  },
  {
    ability: "code",
    what: () => l10n.t("Code"),
    system: "Write only the code that is asked for, without comments and explanation.",
    cases: codeTasks.map(([prompt, pattern]) => ({
      prompt,
      maxTokens: 64,
      format: text,
      passes: (answer) => pattern.test(withoutFence(answer.text).replace(/\s+/g, "")),
    })),
  },
  {
    ability: "toolCall",
    what: () => l10n.t("Tool calls"),
    system: toolPrompt,
    cases: toolCalls.map(([prompt, tool, argument]) => ({
      prompt,
      maxTokens: 64,
      format: { kind: "call", tools: [...tools] },
      passes: (answer) => isCallOf(answer, tool, argument),
    })),
  },
  {
    ability: "edit",
    what: () => l10n.t("Edits"),
    system: editSystem,
    cases: edits.map(([file, request, expected]) => ({
      prompt: `${file}\n${request}`,
      maxTokens: 96,
      format: text,
      passes: (answer) => applyBlock(file, answer.text) === expected,
    })),
  },
  {
    ability: "json",
    what: () => l10n.t("JSON"),
    system: jsonSystem,
    cases: jsonTasks.map((task) => jsonCase(task, text)),
  },
  {
    ability: "jsonWithGrammar",
    needsGrammar: true,
    what: () => l10n.t("JSON with a grammar"),
    system: jsonSystem,
    cases: jsonTasks.map((task) => jsonCase(task, { kind: "json", schema: jsonSchemaOf(task[1]) })),
  },
  {
    ability: "plainSteps",
    needsGrammar: true,
    what: () => l10n.t("Steps"),
    system: stepPrompt,
    cases: stepCases(stepSchemas.plain),
  },
  {
    ability: "narrowedSteps",
    needsGrammar: true,
    what: () => l10n.t("Steps with a grammar of what exists"),
    system: stepPrompt,
    cases: stepCases(stepSchemas.narrowed),
  },
];
