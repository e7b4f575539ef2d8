import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { countRoleTokens, roleTokensFile } from "../support/role-tokens.ts";

/** Every model reads a role's fixed part before its first word: at a small context it must leave nearly all of it. */
const mostOfOneRole = 1200;
const mostOfAllRoles = 2200;

describe("the fixed parts of the roles", function () {
  this.timeout(30_000);

  it("take as many tokens as the committed table says, and few", async () => {
    const counted = await countRoleTokens();
    const table: unknown = JSON.parse(readFileSync(roleTokensFile, "utf8"));
    assert.deepEqual(counted, table, "stale: run node scripts/role-tokens.ts");
    const tokens = Object.values(counted);
    assert.ok(Math.max(...tokens) <= mostOfOneRole, "one role at a context of 4k");
    assert.ok(tokens.reduce((sum, one) => sum + one, 0) <= mostOfAllRoles, "all roles of a turn at 8k");
  });
});
