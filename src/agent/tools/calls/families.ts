// The families of models, each a row of data: how it marks thoughts and frames, and how it writes calls.
import type { CallFamily, ThoughtMarks } from "./family.ts";
import * as forms from "./forms.ts";

const think: ThoughtMarks = { open: "<think>", close: "</think>" };
const seedThink: ThoughtMarks = { open: "<seed:think>", close: "</seed:think>" };
const bracketThink: ThoughtMarks = { open: "[THINK]", close: "[/THINK]" };
const cohereThink: ThoughtMarks = { open: "<|START_THINKING|>", close: "<|END_THINKING|>" };
const channelThought: ThoughtMarks = { open: "<|channel>thought", close: "<channel|>" };
const analysis: ThoughtMarks = { open: "<|channel|>analysis<|message|>", close: "<|end|>" };
const inner: ThoughtMarks = { open: "<|inner_prefix|>", close: "<|inner_suffix|>" };
const steps: ThoughtMarks = {
  ...{ open: "Here are my reasoning steps:\n", close: "[BEGIN FINAL RESPONSE]", spoken: true },
};

const inTags = [forms.functionTag, forms.keysAndValues, forms.jsonInTags];
const deepseekForms = [forms.fencedArguments, forms.separatedArguments, forms.markedInvoke];
const channelFrames = [
  ...["<|start|>assistant", "<|channel|>final <|constrain|>json<|message|>", "<|channel|>final<|message|>"],
  ...["<|channel|>commentary to=assistant", "<|channel|>commentary<|message|>", "<|end|>", "<|return|>", "<|call|>"],
];
const cohereFrames = ["<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>"];
const cohereAction = forms.jsonBehind("<|START_ACTION|>", "<|END_ACTION|>");
const pythonForms = [forms.jsonBehind("<|tool_call_start|>", "<|tool_call_end|>"), forms.pythonBehind];

/** For a model that no row names: every way that is no chance. Last in the list. */
const any: CallFamily = {
  name: "any",
  models: [],
  thoughts: [think, seedThink, bracketThink, cohereThink, channelThought, analysis, inner],
  opening: "<think>\n",
  frames: [...channelFrames, ...cohereFrames],
  forms: [
    ...[...inTags, forms.invokeInSection, ...deepseekForms, forms.numberedCall, forms.channelCall],
    ...[forms.nameBeforeArguments, forms.jsonBehind("[TOOL_CALLS]", null), forms.bracedArguments, forms.namedJson],
    ...[cohereAction, forms.jsonBehind("<|tool_call|>", "<|end_of_text|>"), ...pythonForms, forms.taggedPythonCall],
    ...[forms.actionList, forms.functionCallTurn, forms.bareJson],
  ],
};

const row = (name: string, models: readonly string[], rest: Partial<CallFamily>): CallFamily => ({
  ...{ name, models, thoughts: [think], opening: "", frames: [], forms: [...inTags, forms.bareJson] },
  ...rest,
});

/** The first whose name fits. */
export const families: readonly CallFamily[] = [
  row("seed", ["seed-oss", "seed_oss"], { thoughts: [seedThink], opening: "<seed:think>", forms: inTags }),
  row("minimax", ["minimax"], { opening: "<think>\n", forms: [forms.invokeInSection] }),
  row("step", ["stepfun", "step3", "step-3"], { opening: "<think>\n", forms: inTags }),
  row("qwen-coder", ["qwen3-coder", "qwen3_coder", "qwen3.5", "qwen3.6", "nemotron-3"], {
    ...{ opening: "<think>\n", forms: inTags },
  }),
  row("glm", ["glm"], { opening: "<think>", forms: inTags }),
  row("deepseek", ["deepseek"], { opening: "<think>", forms: deepseekForms }),
  row("kimi", ["kimi"], { opening: "<think>", forms: [forms.numberedCall] }),
  row("mistral", ["mistral", "magistral", "devstral", "codestral"], {
    ...{ thoughts: [bracketThink], opening: "[THINK]" },
    forms: [forms.nameBeforeArguments, forms.jsonBehind("[TOOL_CALLS]", null)],
  }),
  row("command", ["command-r", "command_r", "command-a", "c4ai", "cohere"], {
    ...{ thoughts: [cohereThink], opening: "<|START_THINKING|>", frames: cohereFrames },
    forms: [cohereAction, forms.actionList],
  }),
  row("gemma", ["gemma"], {
    ...{ thoughts: [channelThought], thinksBetween: true },
    forms: [forms.bracedArguments, forms.jsonInTags, forms.bareJson],
  }),
  row("lfm", ["lfm"], { forms: [...pythonForms, forms.barePython] }),
  row("functionary", ["functionary"], {
    frames: [">>>all\n"],
    forms: [
      forms.firstAnswerLine,
      forms.namedLines,
      forms.codeLines,
      forms.firstNamedLine,
      forms.firstCodeLine,
      forms.functionTag,
    ],
  }),
  row("firefunction", ["firefunction"], { forms: [forms.functools] }),
  row("nemotron", ["nemotron"], { opening: "<think>\n", forms: [forms.jsonInTags] }),
  row("llama", ["llama-3", "llama_3", "llama-4"], {
    forms: [forms.taggedPythonCall, forms.taggedCode, ...inTags, forms.bareJson],
  }),
  row("gpt-oss", ["gpt-oss", "gpt_oss"], {
    ...{ thoughts: [analysis], thinksBetween: true, frames: channelFrames, forms: [forms.channelCall] },
  }),
  row("granite", ["granite"], {
    answerMarks: ["<response>", "</response>"],
    forms: [
      forms.jsonBehind("<|tool_call|>", null),
      ...inTags.slice(0, 2),
      forms.jsonBehind("<tool_call>", "</tool_call>"),
    ],
  }),
  row("apertus", ["apertus"], { thoughts: [inner], opening: "<|inner_prefix|>", forms: [forms.namedJson] }),
  row("apriel-thinker", ["apriel-1.6", "thinker"], { thoughts: [steps], opening: steps.open, forms: inTags }),
  row("apriel", ["apriel"], { thoughts: [think, steps], forms: inTags }),
  row("gigachat", ["gigachat"], {
    forms: [forms.functionCallTurn, forms.jsonBehind("<|function_call|>", null)],
  }),
  row("generic", ["generic"], { forms: [forms.wrappedJson] }),
  row("hermes", ["hermes", "qwen", "qwq", "reka", "mimo", "smollm", "phi"], { opening: "<think>\n" }),
  any,
];

/** The family of a model or template by its name; one that knows all common ways when none has that name. */
export const familyOf = (name: string): CallFamily => {
  const small = name.toLowerCase();
  return families.find(({ models }) => models.some((part) => small.includes(part))) ?? any;
};
