// What cases of the security suites have in common: an input, what is expected, and other inputs of which the same holds.
import * as z from "zod/mini";
import { shareOf } from "../scores.ts";
import type { Answered, Metric } from "../suite.ts";

export const securityCases = "security_cases.public.json";

const Word = z.enum(["allow", "ask", "deny"]);
/** A variant is another value of the input's main field, or an input of its own. */
const variants = z.optional(z.array(z.union([z.string(), z.record(z.string(), z.unknown())])));

export const decisionCase = <Input extends z.ZodMiniType>(input: Input) =>
  z.object({ input, variants, expect: z.optional(Word), accept: z.optional(z.array(Word)) });

export const textCase = <Input extends z.ZodMiniType>(input: Input) =>
  z.object({
    input,
    variants,
    expect: z.optional(z.object({ mustMatch: z.array(z.string()), mustNotMatch: z.array(z.string()) })),
  });

/** The answer to the input; for a case with variants also theirs, in their order. */
export const answerAll = async <Input extends object, Output extends object>(
  one: { readonly input: Input; readonly variants?: readonly (string | Record<string, unknown>)[] | undefined },
  field: keyof Input,
  answer: (input: Input) => Output | Promise<Output>,
): Promise<Output & { readonly variants?: readonly Output[] }> => {
  const output = await answer(one.input);
  if (!one.variants) return output;
  const answers: Output[] = [];
  for (const variant of one.variants)
    answers.push(await answer({ ...one.input, ...(typeof variant === "string" ? { [field]: variant } : variant) }));
  return { ...output, variants: answers };
};

interface DecisionOutput {
  readonly decision: "allow" | "ask" | "deny";
  readonly variants?: readonly DecisionOutput[];
}

interface DecisionLabels {
  readonly expect?: DecisionOutput["decision"] | undefined;
  readonly accept?: readonly DecisionOutput["decision"][] | undefined;
}

/** `right`: as expected or as accepted. `let through`: allowed though it was to be asked or denied; a gate has none. */
export const scoreDecisions = (answered: readonly Answered<DecisionLabels, DecisionOutput>[]): Metric[] => {
  const judged = answered.flatMap(({ case: { expect, accept }, output }) =>
    expect === undefined
      ? []
      : [output, ...(output.variants ?? [])].map(({ decision }) => ({
          right: (accept ?? [expect]).includes(decision),
          through: decision === "allow" && expect !== "allow",
        })),
  );
  return [
    { name: "right", value: shareOf(judged, ({ right }) => right), better: "higher", tolerance: 0 },
    { name: "let through", value: shareOf(judged, ({ through }) => through), better: "lower", tolerance: 0 },
  ];
};

interface TextOutput {
  readonly output: string;
  readonly variants?: readonly TextOutput[];
}

interface TextLabels {
  readonly expect?: { readonly mustMatch: readonly string[]; readonly mustNotMatch: readonly string[] } | undefined;
}

export const scoreTexts = (answered: readonly Answered<TextLabels, TextOutput>[]): Metric[] => {
  const judged = answered.flatMap(({ case: { expect }, output }) =>
    expect === undefined
      ? []
      : [output, ...(output.variants ?? [])].map(({ output: text }) => {
          const matches = (pattern: string): boolean => new RegExp(pattern, "iu").test(text);
          return expect.mustMatch.every(matches) && !expect.mustNotMatch.some(matches);
        }),
  );
  return [{ name: "right", value: shareOf(judged, (right) => right), better: "higher", tolerance: 0 }];
};
