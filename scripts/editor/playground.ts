// A small folder to try Trivium on, for a start without --folder.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const readme = `# Playground

A place to try Trivium; nothing here matters.

Open \`cart.ts\`, select the function, and ask in the Trivium chat on the right:
"What does this do?" or "Is the discount right?"
`;

const cart = `/** What a cart costs, with 10 % off from 100 on. */
export const total = (prices: number[]): number => {
  let sum = 0;
  for (const price of prices) sum += price;
  if (sum > 100) sum = sum * 0.9;
  return sum;
};
`;

/** Makes the folder once; what the user changed in it stays. */
export const makePlayground = (folder: string): string => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of [
    ["README.md", readme],
    ["cart.ts", cart],
  ] as const) {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, text);
  }
  return folder;
};
