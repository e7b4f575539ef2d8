// A made-up model's part in a small story: a cart whose discount is applied in the wrong place.
import type { RoleScript } from "./role-server.ts";

const steps = [
  { id: "s1", title: "Explain how the total is computed", domain: "coder", after: [], readOnly: true },
  { id: "s2", title: "Work out the right total by hand", domain: "math", after: [], readOnly: true },
  { id: "s3", title: "Write the corrected function", domain: "coder", after: ["s1", "s2"], readOnly: false },
];

const results = [
  "The discount is taken off **each price** and then again off the sum, so it counts twice.",
  "Three items of 20, ten per cent off:\n\n3 * 20 = 60\n60 * 0.9 = 54\n\nAnswer: 54",
  "```js\nexport const total = (items, discount) => {\n  const sum = items.reduce((all, item) => all + item.price, 0);\n  return sum * (1 - discount);\n};\n```",
];

/** What takes the planner on its road, in words that a person would use. */
export const complexPrompt =
  "Refactor the cart: explain how the total is computed, work out the right total for three items by hand, and then write the corrected function.";

/** The sum in the prompt is right only at the second try. */
export const mathPrompt = "A box holds 12 eggs. How many eggs are in 7 boxes?";

export const cartScript: RoleScript = {
  planner: () => ({ goal: "The discount counts once, and the total is right.", steps }),
  critic: () => ({ accept: true, problem: "", hint: "", score: 9 }),
  executor: ({ text }) => results[steps.findLastIndex(({ title }) => text.includes(title))] ?? "Nothing to do.",
  mathematician: ({ count }) =>
    count === 1 ? "12 * 7 = 86\n\nAnswer: 86 eggs" : "Each box holds 12 eggs.\n\n12 * 7 = 84\n\nAnswer: 84 eggs",
  answerer: ({ text }) =>
    text.includes("60 * 0.9 = 54")
      ? "The discount was applied twice. It belongs to the **sum**: three items of 20 with 10 % off are 54.\n\n```js\nreturn sum * (1 - discount);\n```"
      : "A cart keeps what somebody wants to buy until they pay for it.",
};
