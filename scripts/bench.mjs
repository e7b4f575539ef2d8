#!/usr/bin/env node
// `npm run bench`: measures against the targets and the committed baseline; `-- --only agent,generation` some of it,
// `-- --save` makes the numbers the new baseline. Prepares the clone first.
import { fail, prepare } from "./bootstrap.mjs";

await prepare(import.meta.url);
const { runBench } = await import("./bench/bench.ts");
try {
  process.exit(await runBench(process.argv.slice(2)));
} catch (error) {
  fail(`The benchmark ended early: ${error.stack}`);
}
