// Raw model output of many families, through the reader of calls that messages go through.
import * as z from "zod/mini";
import { familyOf } from "../../../src/agent/tools/calls/families.ts";
import type { ParsedCall } from "../../../src/agent/tools/calls/family.ts";
import { parseCalls } from "../../../src/agent/tools/calls/parse-calls.ts";
import { shareOf } from "../scores.ts";
import { type Answered, defineSuite, type Metric } from "../suite.ts";

const Call = z.object({ name: z.string(), arguments: z.unknown() });
const Message = z.object({ content: z.string(), reasoning: z.string(), tool_calls: z.array(Call) });
const Tool = z.object({
  name: z.string(),
  description: z._default(z.string(), ""),
  parameters: z._default(z.record(z.string(), z.unknown()), {}),
});

const Case = z.object({
  raw: z.string(),
  format: z.string(),
  family: z.optional(z.string()),
  tools: z._default(z.array(z.union([Tool, z.object({ function: Tool })])), []),
  is_partial: z._default(z.boolean(), false),
  options: z._default(z.record(z.string(), z.unknown()), {}),
  expected: z.optional(Message),
});
type Case = z.infer<typeof Case>;
type Output = z.infer<typeof Message>;

const isOn = (value: unknown): boolean => String(value).toLowerCase() === "true";

/** Arguments that are not complete are told as they are written so far. */
const shownCall = ({ name, text }: ParsedCall): Output["tool_calls"][number] => ({ name, arguments: text });

const answer = ({ raw, format, tools, is_partial, options }: Case): Output => {
  const family = familyOf(format);
  const { reasoning_format: wanted, derived_from: derived } = options;
  const thoughts = derived !== undefined || (wanted !== undefined && !/NONE$/.test(String(wanted)));
  // Of the formats with thoughts in the content, one has its own marks for all families.
  const inContent = isOn(options["reasoning_in_content"]);
  const renamed = inContent && /DEEPSEEK$/.test(String(wanted));
  const { content, reasoning, calls } = parseCalls(raw, family, {
    tools: tools.map((tool) => ("function" in tool ? tool.function : tool)),
    partial: is_partial,
    thoughts: thoughts && (renamed || !inContent) ? "apart" : "kept",
    written: writtenBy(format, options, { partial: is_partial, opening: family.opening }),
  });
  const tool_calls = calls.map(shownCall);
  if (!renamed) return { content, reasoning, tool_calls };
  return { content: `<think>${reasoning}</think>${content}`, reasoning: "", tool_calls };
};

/** What the template had written before `raw`. Without a template the options say whether a thought had begun. */
const writtenBy = (
  format: string,
  options: Case["options"],
  { partial, opening }: { readonly partial: boolean; readonly opening: string },
): string | null => {
  if (!format.startsWith("template:")) {
    const begun = isOn(options["thinking_forced_open"]) && !/NONE$/.test(String(options["reasoning_format"] ?? "NONE"));
    return begun ? opening : "";
  }
  return partial && isOn(options["enable_thinking"]) ? opening : null;
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
};

/** Equal as JSON; what is no JSON yet, without regard to blanks. */
const canonical = (written: unknown): string => {
  if (typeof written !== "string") return JSON.stringify(sorted(written));
  try {
    return JSON.stringify(sorted(JSON.parse(written)));
  } catch {
    return written.replaceAll(/\s/g, "");
  }
};

const isRight = ({ case: { expected }, output }: Answered<Case, Output>): boolean =>
  expected !== undefined &&
  expected.content === output.content &&
  expected.reasoning === output.reasoning &&
  expected.tool_calls.length === output.tool_calls.length &&
  expected.tool_calls.every((call, i) => {
    const said = output.tool_calls[i];
    return said?.name === call.name && canonical(said.arguments) === canonical(call.arguments);
  });

const labelled = (answered: readonly Answered<Case, Output>[]) => answered.filter((one) => one.case.expected);

const worstFamily = (answered: readonly Answered<Case, Output>[]): Metric => {
  const shares = [...Map.groupBy(answered, (one) => one.case.family ?? "")].map(([, group]) => shareOf(group, isRight));
  return { name: "right in the worst family", value: Math.min(...shares), better: "higher", tolerance: 0 };
};

export const toolcallParseSuite = defineSuite({
  name: "toolcall-parse",
  casesFile: "toolcall_cases.public.jsonl",
  schema: Case,
  open: async () => ({ answer }),
  score(answered) {
    const known = labelled(answered);
    if (known.length === 0) return [];
    return [{ name: "right", value: shareOf(known, isRight), better: "higher", tolerance: 0 }, worstFamily(known)];
  },
});
