#!/usr/bin/env node
// `npm test`: every test ring; `npm test -- --ring unit` some. Prepares the clone, then scripts/rings/run.ts.
import { prepare } from "./bootstrap.mjs";

await prepare(import.meta.url);
const { runRings } = await import("./rings/run.ts");
process.exit(await runRings(process.argv.slice(2)));
