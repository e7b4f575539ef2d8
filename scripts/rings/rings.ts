// The test rings in the order of their cost. Each is one command that writes its counts (results.ts).
import { join } from "node:path";
import { root } from "../bootstrap.mjs";

export interface Ring {
  readonly name: string;
  readonly what: string;
  /** Arguments of Node. */
  readonly command: readonly string[];
  readonly limitSeconds: number;
  readonly needsEditor: boolean;
}

const script = (...path: string[]) => join(root, ...path);
const mocha = [
  script("node_modules", "mocha", "bin", "mocha.js"),
  "--reporter",
  script("scripts", "rings", "reporter.ts"),
];
const strict = ["--no-config", "--forbid-only", "--forbid-pending"];
// Where processes and browsers share a busy machine; the table names every test that needed it.
const secondTry = ["--retries", "1"];
const coverage = [
  script("node_modules", "c8", "bin", "c8.js"),
  ...["--reporter", "text-summary", "--include", "src/**", "--exclude", "**/*.test.ts", "--exclude", "**/*.gen.ts"],
  ...["--temp-directory", script(".build", "coverage")],
];

export const rings: readonly Ring[] = [
  {
    name: "check",
    what: "types, style, walls between parts, documents",
    command: [script("scripts", "check.ts"), "--without-unit"],
    limitSeconds: 180,
    needsEditor: false,
  },
  {
    name: "unit",
    what: "functions, without processes",
    command: [...coverage, process.execPath, ...mocha],
    limitSeconds: 180,
    needsEditor: false,
  },
  {
    name: "protocol",
    what: "agent and model host as processes, real models",
    command: [...mocha, ...strict, ...secondTry, "--timeout", "60000", "test/protocol/**/*.test.ts"],
    limitSeconds: 600,
    needsEditor: false,
  },
  {
    name: "faults",
    what: "downloads that are cut, servers that misbehave, kills",
    command: [...mocha, ...strict, ...secondTry, "--timeout", "60000", "test/faults/**/*.test.ts"],
    limitSeconds: 300,
    needsEditor: false,
  },
  {
    name: "vscode",
    what: "the suite inside a real extension host",
    command: [script("test", "vscode", "run.ts")],
    limitSeconds: 300,
    needsEditor: true,
  },
  {
    name: "e2e",
    what: "the workbench in a real browser",
    command: [...mocha, ...strict, ...secondTry, "--timeout", "120000", "test/e2e/**/*.test.ts"],
    limitSeconds: 600,
    needsEditor: true,
  },
];
