// Answers to mathematical questions, through the judge of answers with its deterministic checks; with a model the critic's word too.
import * as z from "zod/mini";
import type { AnswerFacts } from "../../../src/agent/checks/answer-facts.ts";
import { judge } from "../../../src/agent/checks/judge.ts";
import type { Verdict } from "../../../src/protocol/verdict.ts";
import { type AskedCritic, openCritic } from "../asked-critic.ts";
import { shareOf } from "../scores.ts";
import { defineSuite } from "../suite.ts";

interface Output {
  readonly verdict: Verdict["verdict"];
  readonly confidence: number;
  readonly checks: Verdict["checks"];
}

/** Where there is nothing to tell from, right and wrong are equally likely. */
const unknown = 0.5;

const Case = z.object({ question: z.string(), response: z.string(), correct: z.optional(z.boolean()) });

const factsOf = ({ question, response }: z.infer<typeof Case>): AnswerFacts => ({
  ...{ subject: "answer", path: "specialised", domain: "math", question, answer: response },
  ...{ endReason: "end", tokens: null, agreement: null, critic: null },
});

/** As with a step of a plan: the critic is asked of what the checks left standing. */
const verdictOn = async (facts: AnswerFacts, critic: AskedCritic | null): Promise<Verdict> => {
  const before = judge(facts);
  if (critic === null || before.checks.some(({ outcome }) => outcome === "failed")) return before;
  const findings = before.checks.map(({ outcome, text }) => `${outcome}: ${text}`);
  const word = await critic.ask({ subject: "answer", question: facts.question, text: facts.answer, findings });
  return judge({ ...facts, critic: word });
};

export const criticSuite = defineSuite({
  name: "critic",
  casesFile: "critic_cases.public.jsonl",
  schema: Case,
  takesModel: true,
  async open(model) {
    const critic = model === null ? null : await openCritic(model);
    const answer = async (one: z.infer<typeof Case>): Promise<Output> => {
      const { verdict, confidence, checks } = await verdictOn(factsOf(one), critic);
      return { verdict, confidence: confidence ?? unknown, checks };
    };
    return critic === null ? { answer } : { answer, close: critic.close };
  },
  score(answered) {
    const refused = (correct: boolean): number =>
      shareOf(
        answered.filter((one) => one.case.correct === correct),
        ({ output }) => output.verdict === "retry" || output.verdict === "escalate",
      );
    return [
      { name: "wrong answers caught", value: refused(false), better: "higher", tolerance: 0.01 },
      { name: "false alarms", value: refused(true), better: "lower", tolerance: 0.01 },
    ];
  },
});
