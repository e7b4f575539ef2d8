import assert from "node:assert/strict";
import {
  accepts,
  createHandClock,
  namedModel,
  noLimit,
  planOf,
  runFlow,
  starter,
} from "../../../test/support/flow-turn.ts";
import { createRoleEngine } from "../../../test/support/role-engine.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import { failure } from "../failures.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import type { AskRouter, RouteDecision, Router, RouterWord } from "../router/decision.ts";
import { createRouter } from "../router/router.ts";
import { createControl } from "./control.ts";
import { previewRoute } from "./preview.ts";
import { run } from "./run.ts";

const decision: RouteDecision = {
  ...{ path: "complex", domain: "coder", probabilities: { coder: 1, math: 0, general: 0 } },
  ...{ complexity: 0.9, confidence: 0.8, needsTools: true, tools: ["files"], source: "classifier", ms: 1 },
  reasons: ["the word refactor speaks for coding"],
};
const prompt = { text: "Refactor this and test it.", attachments: [] };

it("puts a plan's results together with the planner's model when only the starter answers", async () => {
  const { turn } = await runFlow({
    script: {
      answers: {
        planner: [planOf(["Read"])],
        critic: [accepts, accepts],
        executor: ["One."],
        answerer: ["Put together."],
      },
    },
    path: "complex",
    chains: { answerer: [starter], planner: [namedModel("big"), starter] },
  });
  assert.deepEqual([turn.answer, turn.routing?.model.name], ["Put together.", "big"]);
});

describe("the road as it is shown", () => {
  const mine: ChosenModel = { ...namedModel("mine"), source: "user", why: ["the model that you chose"] };

  it("keeps the router's source, with the model's own reasons after the road's", async () => {
    const { turn } = await runFlow({ script: { answers: { answerer: ["Yes."] } }, chains: { answerer: [mine] } });
    assert.deepEqual([turn.routing?.source, turn.routing?.reasons], ["rule", ["a test", "the model that you chose"]]);
  });

  const preview = async (path: RouteDecision["path"], chain: Chain) => {
    const turn = newTurn({ id: "t", sessionId: "s", prompt, createdAt: 0 });
    const engine = createRoleEngine({ answers: {} });
    const parts = {
      chainOf: async () => chain,
      router: { decide: async () => ({ ...decision, path }) },
      ...{ engineOf: () => engine, control: createControl(noLimit), clock: createHandClock(), cores: 1 },
      isLoaded: () => true,
    };
    const request = { turn, history: [], settings: defaultSettings, workspace: null };
    const previewed = await previewRoute(request, parts, new AbortController().signal);
    assert.deepEqual(engine.opened, []);
    return previewed;
  };

  it("says who will do what without asking anybody", async () => {
    const previewed = await preview("complex", { ok: true, chain: [mine], settings: defaultSettings });
    assert.ok(previewed.ok);
    const { path, requiredModels, actionPlan, tools } = previewed.routing;
    assert.deepEqual([path, tools], ["complex", ["files"]]);
    assert.deepEqual(
      requiredModels.map(({ role, purpose }) => `${role} ${purpose}`),
      [
        "planner makes the plan",
        "coder does the steps",
        "critic looks at the plan and at each result",
        "answerer writes the answer from the results",
      ],
    );
    assert.deepEqual(actionPlan, [
      "mine makes a plan",
      "the plan is checked and judged",
      "each step is done, checked and judged",
      "mine writes the answer from the results",
    ]);
  });

  it("says why there is none", async () => {
    const previewed = await preview("simple", { ok: false, failure: failure("model-missing", { path: "x" }) });
    assert.equal(!previewed.ok && previewed.failure.code, "model-missing");
  });
});

describe("wishes that contradict each other", () => {
  const unsure = { probabilities: { coder: 0.4, math: 0.3, general: 0.3 }, words: [] };
  const classifier = {
    threshold: 0.9,
    classify: () => ({ ...unsure, complexity: 0.9, needsTools: 0, confidence: 0.4 }),
  };
  const override = { domain: "math", path: "complex", model: null } as const;

  for (const [mode, path, roles] of [
    ["ask", "specialised", ["mathematician"]],
    ["plan", "complex", ["planner", "critic"]],
  ] as const)
    it(`are settled by mode ${mode}, then by the request's own wish, then by its words`, async () => {
      const { turn, engine } = await runFlow({
        text: "@coder @general /plan What is 12 * 7?",
        turn: { mode, override },
        router: createRouter(classifier, createHandClock()),
        script: {
          answers: { mathematician: ["12 * 7 = 84\nAnswer: 84"], planner: [planOf(["Sum up"])], critic: [accepts] },
        },
      });
      assert.deepEqual([turn.routing?.path, turn.routing?.domain, turn.routing?.source], [path, "math", "user"]);
      assert.deepEqual(
        engine.asked.map(({ role }) => role),
        roles,
      );
      assert.match(engine.asked[0]?.told ?? "", /^What is 12 \* 7\?/);
    });
});

describe("a plan that is asked for and not made", () => {
  const classifier = {
    threshold: 0.9,
    classify: () => ({
      probabilities: { coder: 0.4, math: 0.3, general: 0.3 },
      ...{ words: [], complexity: 0.1, needsTools: 0, confidence: 0.4 },
    }),
  };
  const asked = (flow: Partial<Parameters<typeof runFlow>[0]>) =>
    runFlow({
      text: "/plan Do the things.",
      router: createRouter(classifier, createHandClock()),
      script: { answers: { answerer: ["Done."], starter: ["Hello!"] } },
      ...flow,
    });

  it("is the user's road no more, and the way out is said", async () => {
    const ask = await asked({ turn: { mode: "ask" } });
    assert.deepEqual([ask.turn.routing?.path, ask.turn.routing?.source], ["simple", "default"]);
    assert.match(ask.notices[0] ?? "", /^Mode ask makes no plan/);
    const nobody = await asked({ chains: { planner: "model-missing" } });
    assert.deepEqual([nobody.turn.routing?.path, nobody.turn.routing?.source], ["simple", "default"]);
    assert.match(nobody.notices[0] ?? "", /^There is no plan/);
    const small = await asked({ chains: { planner: [starter], answerer: [starter] } });
    assert.equal(small.turn.routing?.source, "default");
    assert.match(small.notices[0] ?? "", /^The starter model cannot plan/);
    const garbled = await asked({ script: { answers: { planner: ["no plan"], answerer: ["Done."] } } });
    assert.deepEqual([garbled.turn.routing?.path, garbled.turn.routing?.source], ["simple", "default"]);
  });

  it("is not spoken of when the router alone wanted one", async () => {
    const { notices } = await asked({
      text: "Do the things.",
      ...{ path: "complex", router: { decide: async () => ({ ...decision, domain: "general" }) } },
      chains: { planner: [starter], answerer: [starter] },
    });
    assert.deepEqual(notices, []);
  });
});

describe("the router model", () => {
  const word: RouterWord = { domain: "math", complexity: "simple", needsTools: false };

  /** What the router could ask, and what it was told. */
  const routerModel = async (loaded: boolean, model: ChosenModel, answer: "word" | "stall" | "garbled") => {
    const clock = createHandClock();
    let told: RouterWord | null | "nobody to ask" = null;
    const router: Router = {
      async decide(_input, askRouter: AskRouter | null, signal) {
        told = askRouter ? await askRouter("2 + 2", signal) : "nobody to ask";
        return { ...decision, path: "simple" };
      },
    };
    const scripted = { word: { json: word }, stall: { stall: "{" }, garbled: "yes" }[answer];
    const engine = createRoleEngine({
      answers: { router: [scripted], answerer: ["4"], starter: ["4"] },
      onAsk: ({ role }) =>
        role === "router" && answer === "stall" ? void setImmediate(() => clock.move(3_000)) : undefined,
    });
    const turn = newTurn({ id: "t", sessionId: "s", prompt, createdAt: 0 });
    const events = run(
      { turn, history: [], settings: defaultSettings, workspace: null },
      {
        chainOf: async () => ({ ok: true, chain: [model], settings: defaultSettings }),
        ...{ engineOf: () => engine, router, control: createControl(noLimit), clock, cores: 1, isLoaded: () => loaded },
      },
      new AbortController().signal,
    );
    let step = await events.next();
    while (!step.done) step = await events.next();
    assert.deepEqual([step.value.state, clock.waiting()], ["done", 0]);
    return told;
  };

  it("is asked when it is in memory", async () =>
    assert.deepEqual(await routerModel(true, namedModel("m"), "word"), word));
  it("is not loaded for it", async () =>
    assert.equal(await routerModel(false, namedModel("m"), "word"), "nobody to ask"));
  it("is never the starter", async () => assert.equal(await routerModel(true, starter, "word"), "nobody to ask"));
  it("is waited for three seconds", async () => assert.equal(await routerModel(true, namedModel("m"), "stall"), null));
  it("may say what nobody understands", async () =>
    assert.equal(await routerModel(true, namedModel("m"), "garbled"), null));
});
