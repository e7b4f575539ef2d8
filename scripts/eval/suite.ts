// What a suite is: cases of one shape, the product's own function for them, and what their answers are worth.
import * as z from "zod/mini";
import { parseJson } from "../../src/protocol/rpc.ts";

/** One number about a suite. `tolerance` is how much worse than the baseline is still as good; null: only told. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly better: "higher" | "lower";
  readonly tolerance: number | null;
}

export interface Answered<Case, Output> {
  readonly case: Case;
  readonly output: Output;
}

/** What became of a line: answered, no case at all, or the product threw. */
export interface LineAnswer {
  readonly kind: "answered" | "broken" | "failed";
  readonly output: object;
}

/** One run over cases. It never rejects. */
export interface SuiteRun {
  answer(line: string): Promise<LineAnswer>;
  score(): Metric[];
  close(): Promise<void>;
}

export interface Suite {
  readonly name: string;
  /** In the folder of cases. */
  readonly casesFile: string;
  /** Where one file holds cases of several suites, those of this one; null: every case is. */
  readonly area: string | null;
  readonly takesModel: boolean;
  /** `model` null: what needs no model. Rejects when the model cannot be used. */
  start(model: string | null): Promise<SuiteRun>;
}

/** What answers cases, ready. */
interface Ready<Case, Output> {
  readonly answer: (one: Case) => Output | Promise<Output>;
  readonly close?: () => Promise<void>;
}

interface Definition<Schema extends z.ZodMiniType, Output extends object> {
  readonly name: string;
  readonly casesFile: string;
  readonly area?: string;
  /** Labels are optional: without them there are answers and no scores. */
  readonly schema: Schema;
  readonly takesModel?: true;
  readonly open: (model: string | null) => Promise<Ready<z.infer<Schema>, Output>>;
  readonly score: (answered: readonly Answered<z.infer<Schema>, Output>[]) => Metric[];
}

export const defineSuite = <Schema extends z.ZodMiniType, Output extends object>({
  name,
  casesFile,
  area,
  schema,
  takesModel,
  open,
  score,
}: Definition<Schema, Output>): Suite => ({
  name,
  casesFile,
  area: area ?? null,
  takesModel: takesModel === true,
  async start(model) {
    const ready = await open(model);
    const answered: Answered<z.infer<Schema>, Output>[] = [];
    return {
      async answer(line) {
        const parsed = parseJson(schema, line);
        const id = idOf(line);
        if (!parsed.ok) return { kind: "broken", output: { id, error: parsed.issues.join("; ") } };
        try {
          const output = await ready.answer(parsed.value);
          answered.push({ case: parsed.value, output });
          return { kind: "answered", output: { id, ...output } };
        } catch (error) {
          return { kind: "failed", output: { id, error: error instanceof Error ? error.message : String(error) } };
        }
      },
      score: () => score(answered),
      close: async () => ready.close?.(),
    };
  },
});

const Identified = z.object({ id: z.union([z.string(), z.number()]) });

const idOf = (line: string): string | number | null => {
  const parsed = parseJson(Identified, line);
  return parsed.ok ? parsed.value.id : null;
};
