// Arithmetic as people and models write it, through the calculator that checks answers.
import * as z from "zod/mini";
import { calculate } from "../../../src/agent/checks/calculator.ts";
import { shareOf } from "../scores.ts";
import { defineSuite } from "../suite.ts";

type Output = { readonly value: number } | { readonly error: string };

export const calculatorSuite = defineSuite({
  name: "calculator",
  casesFile: "calculator_cases.public.jsonl",
  schema: z.object({ expression: z.string(), expected: z.optional(z.union([z.string(), z.number()])) }),
  open: async () => ({
    answer({ expression }): Output {
      const result = calculate(expression);
      return result.ok ? { value: result.value } : { error: result.error };
    },
  }),
  score(answered) {
    const labelled = answered.flatMap(({ case: { expected }, output }) =>
      expected === undefined ? [] : [{ expected: String(expected), output }],
    );
    const right = shareOf(labelled, ({ expected, output }) => "value" in output && isSame(output.value, expected));
    const refused = shareOf(labelled, ({ output }) => "error" in output);
    return [
      { name: "right", value: right, better: "higher", tolerance: 0.001 },
      { name: "refused", value: refused, better: "lower", tolerance: null },
    ];
  },
});

/** Expected values may be rounded: within a hundredth, or equal when rounded to as many decimals as they have. */
export const isSame = (value: number, expected: string): boolean => {
  const digits = expected.replaceAll(/[,$%\s]/g, "");
  const wanted = Number(digits);
  if (digits === "" || !Number.isFinite(wanted)) return false;
  const decimals = digits.split(".")[1]?.length ?? 0;
  const rounding = 0.5 * 10 ** -decimals * (1 + 1e-9);
  return Math.abs(value - wanted) <= Math.max(0.01, 1e-6 * Math.abs(wanted), rounding);
};
