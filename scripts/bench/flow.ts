// What the flow itself costs: a turn with a plan, whose models answer at once.
import { accepts, planOf, runFlow } from "../../test/support/flow-turn.ts";
import { atMost, type Group, type Measure } from "./measure.ts";

const turns = 30;
const titles = ["A", "B", "C", "D", "E", "F", "G", "H"] as const;

/** Each step comes after the one before it, so that every one is a wave of its own: routed, done, checked and judged. */
const plan = planOf(...titles.map((title, index) => (index === 0 ? ([title] as const) : ([title, index] as const))));

/** A page that is another one for each step, and does not go in circles. */
const page = (step: number): string =>
  Array.from(
    { length: 80 },
    (_, line) => `Line ${line} of step ${step} names item ${(line * 37 + step * 101) % 997}.`,
  ).join("\n");

const stepMs = async (): Promise<number> => {
  const answers = {
    planner: [plan],
    critic: [accepts],
    executor: titles.map((_, step) => page(step)),
    answerer: ["All is told."],
  };
  const startedAt = performance.now();
  const { turn } = await runFlow({ path: "complex", script: { answers } });
  if (turn.steps.some(({ state }) => state !== "done")) throw new Error("a step was not done");
  return (performance.now() - startedAt) / titles.length;
};

export const flowGroup: Group = {
  name: "flow",
  what: "what a step costs beside its model calls",
  async run(): Promise<Measure[]> {
    const values: number[] = [];
    for (let turn = 0; turn < turns; turn++) values.push(await stepMs());
    return [{ name: "a step of a plan, without its model calls", unit: "ms", values, target: atMost(5) }];
  },
};
