#!/usr/bin/env node
// `npm run -s eval`: runs every suite and compares it with the committed baseline; `-- SUITE --cases FILE --out FILE` runs one
// on a file. Prepares the clone first.
import { fail, prepare } from "./bootstrap.mjs";

await prepare(import.meta.url);
const { runEval } = await import("./eval/eval.ts");
try {
  process.exitCode = await runEval(process.argv.slice(2));
} catch (error) {
  fail(`The evaluation ended early: ${error.stack}`);
}
