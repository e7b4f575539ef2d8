import assert from "node:assert/strict";
import { summary, totalsOf } from "./table.ts";

const unit = {
  name: "unit",
  what: "functions",
  results: { passed: 12, failed: 0, secondTries: ["a test (too slow)"] },
  seconds: 3.04,
  problem: undefined,
};
const vscode = {
  name: "vscode",
  what: "an editor",
  results: {
    passed: 2,
    failed: 1,
    failures: ["an editor opens"],
    hosts: [
      { host: "desktop", notRun: "ENOTFOUND" },
      { host: "code-server", counts: { passed: 2, failed: 1 } },
    ],
  },
  seconds: 10,
  problem: "stopped after 10 s",
};

describe("the summary of a test run", () => {
  it("adds the rings up", () => {
    assert.deepEqual(totalsOf([unit, vscode]), { passed: 14, failed: 1 });
  });

  it("shows one row per ring, the problems, the editors, and the totals alone on the last line", () => {
    assert.deepEqual(summary([unit, vscode]).split("\n"), [
      "ring    what       passed  failed  seconds",
      "unit    functions      12       0      3.0",
      "vscode  an editor       2       1     10.0",
      "",
      "unit: passed at the second try: a test (too slow)",
      "vscode: stopped after 10 s",
      "vscode: failed: an editor opens",
      "HOST desktop: not run (ENOTFOUND)",
      "HOST code-server: passed 2, failed 1",
      "14 passed, 1 failed",
    ]);
  });
});
