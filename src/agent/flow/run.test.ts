import assert from "node:assert/strict";
import { chunk, createFakeEngine } from "../../../test/support/fake-agent.ts";
import type { HostFailure } from "../../protocol/model-host.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import { type ChosenModel, plainModel } from "../models/chosen-model.ts";
import { type RunOutcome, run } from "./run.ts";

const model = (name: string): ChosenModel =>
  plainModel({ path: `/models/${name}.gguf`, name, sizeBytes: 1 }, defaultSettings);

/** A turn with two models, the first of which fails to open, or fails after its first words. */
const runTwo = async (failure: HostFailure, first: "open" | "generate" = "open") => {
  const failing = createFakeEngine(
    first === "open" ? { openFailure: failure } : { generateFailures: [failure], chunks: [chunk("no")] },
  );
  const working = createFakeEngine({ chunks: [chunk("yes")] });
  const request = {
    prompt: { text: "hi", attachments: [] },
    history: [],
    partial: "",
    chain: [model("large"), model("small")],
    settings: defaultSettings,
    workspace: null,
  };
  const engineOf = ({ ref }: ChosenModel) => (ref.name === "large" ? failing : working);
  const events: RunEvent[] = [];
  const running = run(request, engineOf, new AbortController().signal);
  let step = await running.next();
  for (; !step.done; step = await running.next()) events.push(step.value);
  const outcome: RunOutcome = step.value;
  const notices = events.flatMap((event) => (event.kind === "notice" ? [event.text] : []));
  const text = events.flatMap((event) => (event.kind === "message_chunk" ? [event.text] : [])).join("");
  return { outcome, notices, text, released: [failing.released.length, working.released.length] };
};

describe("a turn whose first model cannot be had", () => {
  it("goes on with the next one when there is no memory, and says so", async () => {
    const { outcome, notices, text, released } = await runTwo({ code: "memory-refused", detail: { neededBytes: 9e9 } });
    assert.deepEqual([outcome.state, text], ["done", "yes"]);
    assert.deepEqual(notices, ["There is no memory for large now: small answers instead."]);
    assert.deepEqual(released, [0, 1]);
  });

  for (const [what, failure] of [
    ["does not answer", { code: "engine-unreachable", detail: { engine: "team", url: "http://x", reason: "refused" } }],
    ["fails with 500", { code: "engine-rejected", detail: { engine: "team", status: 500, reason: "it broke" } }],
  ] as const)
    it(`goes on with the next one when its server ${what}`, async () => {
      const { outcome, notices, text } = await runTwo(failure);
      assert.deepEqual([outcome.state, text, notices.length], ["done", "yes", 1]);
      assert.match(notices[0] ?? "", /team .* small answers instead\./);
    });

  it("fails when another model would not help", async () => {
    const { outcome, text } = await runTwo({ code: "engine-rejected", detail: { engine: "team", status: 400 } });
    assert.deepEqual([outcome.state, text], ["failed", ""]);
  });

  it("gives the lease back when generating fails", async () => {
    const { released } = await runTwo({ code: "engine-timeout", detail: { engine: "team", seconds: 30 } }, "generate");
    assert.deepEqual(released, [1, 1]);
  });
});
