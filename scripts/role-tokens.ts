// Writes test/perf/role-tokens.json: what the fixed part of each role takes. Run it after a role's text has changed.
import { writeFileSync } from "node:fs";
import { countRoleTokens, roleTokensFile } from "../test/support/role-tokens.ts";

const counted = await countRoleTokens();
writeFileSync(roleTokensFile, `${JSON.stringify(counted, null, 2)}\n`);
console.log(counted);
process.exit(0);
