// What is decided before every command, path and address, without running anything.
import { join } from "node:path";
import { decideCommand } from "../../src/agent/policy/decide.ts";
import type { Surroundings } from "../../src/agent/policy/paths.ts";
import { loadShellReader } from "../../src/agent/policy/shell/reader.ts";
import { readShellGrammar } from "../../src/agent/ports/shell-grammar.ts";
import { root } from "../bootstrap.mjs";
import { atMost, type Group, type Measure, quantile } from "./measure.ts";

const size = 10_000;
const rounds = 100;
const around: Surroundings = { os: "linux", cwd: "/ws", home: "/home/u", workspace: ["/ws"], linkOf: () => null };
const filledWith = (text: string): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);

/** 10 kB each: one chain, one text, many names, nested, and what is no command. */
const long = [
  `${filledWith('grep -rn "some pattern" src/dir/file.ts && ').replace(/&&[^&]*$/, "")}&& ls`,
  `echo '${filledWith("lorem ipsum dolor ")}'`,
  `cat ${filledWith("src/some/file.ts ")}`,
  `echo ${filledWith("$(echo a) ")}`,
  filledWith("if true; then rm -f a; fi; "),
  `echo "${filledWith("a b ")}`,
];
const short = ["ls -la src", "git status", "rm -rf /", "cat a | grep b > c", "npm test", "find . -name '*.ts'"];

export const policyGroup: Group = {
  name: "policy",
  what: "whether a command may run",
  async run() {
    const startedAt = performance.now();
    const reader = await loadShellReader(() => readShellGrammar(join(root, "dist")));
    const loadMs = performance.now() - startedAt;
    if ("problem" in reader) throw new Error(reader.problem);
    const timed = (commands: readonly string[]): number[] => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++)
        for (const command of commands) {
          const before = performance.now();
          decideCommand({ command, shell: "bash", remembered: [], edited: [] }, around, reader);
          times.push(performance.now() - before);
        }
      return times;
    };
    // The first ones compile what the others run.
    timed([...short, ...long]);
    return [
      { name: "grammar for commands", unit: "ms", values: [loadMs], target: atMost(100) },
      { name: "a command", unit: "ms", values: timed(short), target: atMost(1) },
      { name: "a command of 10 kB, 99 of 100", unit: "ms", values: [quantile(timed(long), 0.99)], target: atMost(5) },
    ] satisfies Measure[];
  },
};
