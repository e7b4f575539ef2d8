// What the fixed part of each role takes, by the tokenizer of the model that comes with Trivium.
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { messageOf } from "../../src/agent/prompt/request-parts.ts";
import type { Role } from "../../src/agent/roles/define.ts";
import { roles } from "../../src/agent/roles/roles.gen.ts";
import { loadModel, user } from "./loaded-model.ts";
import { starterFile } from "./toy-models.ts";

/** Written by `node scripts/role-tokens.ts`. */
export const roleTokensFile = join(root, "test", "perf", "role-tokens.json");

/** Tokens of each role's system prompt, of the frame of its user's message, and of the template's marks around them. */
export const countRoleTokens = async (): Promise<Record<string, number>> => {
  const model = await loadModel(starterFile, { plan: { contextSize: 512 } });
  try {
    // Each with its own input, which nothing here needs to know.
    const all = Object.entries(roles) as unknown as [string, Role<unknown, unknown>][];
    const counted = all.map(([name, { system, parts, smallest }]) => [
      name,
      model.count([{ role: "system", content: system }, user(messageOf(parts(smallest)))]),
    ]);
    return Object.fromEntries(counted);
  } finally {
    await model.dispose();
  }
};
