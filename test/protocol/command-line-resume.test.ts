// Going on with turns in the terminal.
import assert from "node:assert/strict";
import * as z from "zod/mini";
import { parseJson } from "../../src/protocol/rpc.ts";
import { Turn } from "../../src/protocol/session.ts";
import { runCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { servedModel } from "../support/model-dialects.ts";
import { startRoleServer } from "../support/role-server.ts";

/** Whether nothing comes of an answer. */
let silent = false;

const step = (id: string, after: string[]) => ({ id, title: `Do ${id}`, domain: "general", after, readOnly: true });
const roles = {
  planner: () => ({ goal: "It is done", steps: [step("s1", []), step("s2", ["s1"])] }),
  critic: () => ({ accept: true, problem: "", hint: "", score: 9, where: "" }),
  executor: ({ text }: { text: string }) => `Done: ${text.length}.`,
  answerer: () => (silent ? "" : "All is done."),
};

describe("trivium resume", () => {
  let home: CommandHome;
  let server: Awaited<ReturnType<typeof startRoleServer>>;

  before(async () => {
    server = await startRoleServer(roles);
    home = createCommandHome();
  });

  beforeEach(() => useLimit(40));

  after(async () => {
    await home.close();
    await server.close();
  });

  const useLimit = (steps: number): void => {
    const engines = [{ id: "roles", kind: "openai" as const, urls: [server.url] }];
    home.useSettings({ engines, "model.path": `engine:roles/${servedModel}`, "agent.maxSteps": steps });
  };
  const run = (...args: string[]) => runCommand(home, args);

  it("carries out a plan, once", async () => {
    const planned = await run("chat", "--mode", "plan", "Do it all");
    assert.equal(planned.code, 0, planned.stderr);
    assert.match(planned.stdout, /1\. Do s1/);
    const [, id = ""] = /`trivium resume (\w+)` carries the plan out/.exec(planned.stderr) ?? [];
    assert.equal(id.length, 8, planned.stderr);
    const { code, stdout, stderr } = await run("resume", id);
    assert.deepEqual([code, stdout], [0, "All is done.\n"], stderr);
    assert.match(stderr, /✓ s2\. Do s2/);
    const again = await run("resume");
    assert.deepEqual([again.code, again.stdout], [1, ""]);
    assert.match(again.stderr, /nothing left to go on with/);
  });

  it("goes on after a limit, with as much again, in lines of JSON", async () => {
    useLimit(2);
    const limited = await run("chat", "/plan Do it all");
    assert.equal(limited.code, 1, limited.stderr);
    assert.match(
      limited.stderr,
      /`trivium resume \w{8}` goes on from here, with as much again as trivium.agent.maxSteps/,
    );
    assert.match((await run("runs", "list", "-n", "1")).stdout, / limit +complex /);
    useLimit(40);
    const { code, stdout } = await run("resume", "last", "--json");
    const last = parseJson(z.object({ turn: Turn }), stdout.trimEnd().split("\n").at(-1) ?? "");
    assert.ok(last.ok, stdout);
    const { state, endReason, answer } = last.value.turn;
    assert.deepEqual([code, state, endReason, answer], [0, "done", "end", "All is done."]);
  });

  it("says what to do about an answer that gets no further, and ends with 1", async () => {
    silent = true;
    const { code, stdout, stderr } = await run("chat", "--mode", "ask", "@general Say something");
    silent = false;
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, /another model with `-m`/);
    assert.doesNotMatch(stderr, /as much again/);
    assert.match((await run("runs", "list", "-n", "1")).stdout, / no-progress +simple /);
    const json = await run("runs", "list", "-n", "1", "--json");
    assert.match(json.stdout, /"endReason": "no-progress"/);
  });

  it("says of a turn that is unknown that it is", async () => {
    const { code, stdout, stderr } = await run("resume", "nope");
    assert.deepEqual([code, stdout, stderr.includes("There is no turn")], [1, "", true]);
  });
});
