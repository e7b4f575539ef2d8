// How turns ran, and reaching into them while they do.
import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type { RouteOverride } from "../../src/protocol/routing.ts";
import { routePreview, runReplay, runShow, trackRecord } from "../../src/protocol/run.ts";
import { sessionDelete, sessionLoad } from "../../src/protocol/session.ts";
import { turnFeedback, turnLimit, turnPause, turnSteer } from "../../src/protocol/turn.ts";
import { type AgentProcess, failureOf, startAgent } from "../support/agent-process.ts";
import { runCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { servedModel } from "../support/model-dialects.ts";
import { startRoleServer } from "../support/role-server.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { processEnds, within } from "../support/waiting.ts";

const simple: RouteOverride = { domain: "general", path: "simple", model: null };
const complex: RouteOverride = { domain: "general", path: "complex", model: null };
const nothing = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };

const step = (id: string, after: string[]) => ({ id, title: `Do ${id}`, domain: "general", after, readOnly: true });
const roles = {
  planner: () => ({ goal: "It is done", steps: [step("s1", []), step("s2", ["s1"])] }),
  critic: () => ({ accept: true, problem: "", hint: "", score: 9 }),
  executor: ({ text }: { text: string }) => `Done: ${text.length}.`,
  answerer: () => "All is done.",
};

describe("a turn while it runs", () => {
  let home: TestHome;
  let agent: AgentProcess;
  let server: Awaited<ReturnType<typeof startRoleServer>>;

  before(async () => {
    home = createTestHome();
    server = await startRoleServer(roles, 5);
    const engines = [{ id: "roles", kind: "openai" as const, urls: [server.url] }];
    agent = await startAgent({
      home,
      settings: { engines, "discover.engines": false, "model.path": `engine:roles/${servedModel}` },
    });
  });

  after(async () => {
    await home.close();
    await server.close();
  });

  const start = async (override: RouteOverride) => {
    const { id } = await agent.newSession();
    const running = agent.ask({ sessionId: id, text: "Do it all", override });
    const turnId = async (): Promise<string> => {
      await running.when("the road", ({ kind }) => kind === "routing");
      return running.updates()[0]?.turnId ?? assert.fail("no updates");
    };
    return { running, id: await turnId() };
  };

  it("is held before the next question, hears what is said, and goes on", async () => {
    const { running, id } = await start(complex);
    await agent.request(turnPause, { turnId: id, paused: true });
    await running.when("the hold", (event) => event.kind === "paused" && event.paused);
    const asked = server.asked.length;
    await agent.request(turnSteer, { turnId: id, text: "and be brief" });
    assert.equal(server.asked.length, asked);
    await agent.request(turnPause, { turnId: id, paused: false });
    const turn = await within(20_000, "the end", running.result);
    assert.deepEqual([turn.state, turn.answer, turn.paused], ["done", "All is done.", false]);
    assert.deepEqual(turn.steering, ["and be brief"]);
    assert.deepEqual(
      turn.steps.map(({ state }) => state),
      ["done", "done"],
    );
    const { turn: again, differences } = await agent.request(runReplay, { turnId: id });
    assert.deepEqual([again.answer, differences], [turn.answer, []]);
  });

  it("ends when it has used what it may, with what there is", async () => {
    const { running, id } = await start(complex);
    await running.when("the plan", ({ kind }) => kind === "plan");
    await agent.request(turnLimit, { turnId: id, limit: { ...nothing, steps: 1 } });
    const turn = await within(20_000, "the end", running.result);
    assert.deepEqual([turn.state, turn.endReason, turn.budget?.limit.steps], ["done", "limit", 1]);
    const refused = await failureOf(agent.request(turnLimit, { turnId: id, limit: nothing }));
    assert.equal(refused.code, "turn-not-running");
  });

  it("can be judged afterwards, and counts in the track record", async () => {
    const { running, id } = await start({ ...simple, domain: "coder", path: "specialised" });
    const turn = await within(20_000, "the end", running.result);
    const before = await agent.request(trackRecord, {});
    const feedback = { helpful: false, reason: "not code" };
    await agent.request(turnFeedback, { turnId: id, feedback });
    const { turns } = await agent.request(sessionLoad, { sessionId: turn.sessionId });
    assert.deepEqual(turns, [{ ...turn, feedback }]);
    const record = await agent.request(trackRecord, {});
    const said = turn.verdicts.at(-1)?.confidence ?? null;
    assert.equal(record.count - before.count, said === null ? 0 : 1);
  });

  it("shows its questions, and nothing any more when its chat is deleted", async () => {
    const { running, id } = await start(simple);
    const turn = await within(20_000, "the end", running.result);
    const { run } = await agent.request(runShow, { turnId: id });
    assert.deepEqual(
      run.calls.map(({ role, text, endReason }) => [role, text, endReason]),
      [["answerer", "All is done.", "end"]],
    );
    await agent.request(sessionDelete, { sessionId: turn.sessionId });
    assert.equal((await failureOf(agent.request(runShow, { turnId: id }))).code, "unknown-turn");
    assert.equal((await failureOf(agent.request(runReplay, { turnId: id }))).code, "unknown-turn");
  });

  it("has its road told before it begins, without asking a model", async () => {
    const asked = server.asked.length;
    const prompt = { text: "Do it all", attachments: [] };
    const { routing } = await agent.request(routePreview, { prompt, override: complex });
    assert.deepEqual([routing.path, routing.source, routing.model.name], ["complex", "user", servedModel]);
    assert.equal(server.asked.length, asked);
  });
});

describe("trivium runs", () => {
  let home: CommandHome;
  let model: string;

  before(async () => {
    home = createCommandHome();
    model = join(home.user, "scripted.gguf");
    copyFileSync((await toyModels()).scripted, model);
  });

  after(() => home.close());

  const run = (...args: string[]) => runCommand(home, args);
  const json = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...args, "--json");
    assert.deepEqual([code, stderr], [0, ""], stdout);
    return JSON.parse(stdout);
  };

  it("says that there are none yet, and that an unknown one is unknown", async () => {
    assert.deepEqual(await json("runs", "list"), []);
    assert.match((await run("runs", "list")).stdout, /no turns yet/);
    assert.match((await run("runs", "track")).stdout, /No answers have been judged/);
    const { code, stderr } = await run("runs", "show", "last");
    assert.deepEqual([code, stderr], [1, "trivium: There are no turns yet.\n"]);
    assert.match((await run("runs", "show", "0f")).stderr, /There is no turn with the id 0f/);
  });

  it("shows how a turn ran, and repeats it without its model and without the model host", async () => {
    const chat = await run("chat", "--mode", "ask", "-m", model, "KW_SHORT");
    assert.equal(chat.code, 0, chat.stderr);
    const host = home.hostPid();
    assert.ok(host !== undefined);
    process.kill(host, "SIGKILL");
    await processEnds(host, 5_000);
    rmSync(model);

    const { code, stdout } = await run("runs", "show", "last", "--replay");
    assert.equal(code, 0, stdout);
    assert.ok(stdout.includes("KW_SHORT") && stdout.includes(expectedAnswers.KW_SHORT), stdout);
    assert.match(stdout, /Replayed without a model\n {2}equal\n$/);
    assert.ok(!stdout.includes("\u001b"), "colours in a file");
    const shown = (await json("runs", "show", "last", "--replay")) as { turn: { id: string }; replay: object }; // as printed
    assert.deepEqual("differences" in shown.replay && shown.replay.differences, []);
    assert.equal(home.hostPid(), host, "a model host was started");

    const { id } = shown.turn;
    assert.deepEqual(await json("runs", "show", id.slice(0, 8)), await json("runs", "show", id));
    assert.match((await run("runs", "list", "--limit", "1")).stdout, new RegExp(`^ID.*\n${id.slice(0, 8)} .*KW_SHORT`));
  });

  it("wants more of an id that is the beginning of several", async () => {
    rmSync(join(home.data, "trivium.db"), { force: true });
    const scripted = (await toyModels()).scripted;
    for (let turns = 0; turns < 17; turns++) {
      const listed = (await json("runs", "list")) as { id: string }[]; // as printed
      const starts = listed.map(({ id }) => id.slice(0, 1));
      const twice = starts.find((start, at) => starts.indexOf(start) !== at);
      if (twice !== undefined) {
        const { code, stderr } = await run("runs", "show", twice);
        assert.deepEqual([code, stderr.includes("more than one turn")], [2, true]);
        return;
      }
      await run("chat", "--mode", "ask", "-m", scripted, "KW_SHORT");
    }
    assert.fail("seventeen ids with different first digits");
  });
});
