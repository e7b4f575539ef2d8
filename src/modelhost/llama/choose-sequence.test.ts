import assert from "node:assert/strict";
import { type Candidate, chooseSequence } from "./choose-sequence.ts";

const chat = (length: number, shared: number, usedAt: number, stateKey: string | null = null): Candidate => ({
  length,
  shared,
  usedAt,
  stateKey,
  use: "chat",
  unsaved: false,
});
const infill = (length: number, shared: number, usedAt: number): Candidate => ({
  ...chat(length, shared, usedAt),
  use: "infill",
});
const empty = chat(0, 0, 0);
const forChat = { use: "chat", stateKey: "k" } as const;
const forInfill = { use: "infill", stateKey: null } as const;

describe("the choice of a sequence", () => {
  it("goes on where the prompt's conversation is", () => {
    const own = chat(500, 500, 1);
    assert.equal(chooseSequence([empty, chat(400, 100, 9), own], forChat), own);
  });

  it("takes an empty one rather than another conversation with the same system prompt", () => {
    assert.equal(chooseSequence([chat(500, 100, 1), empty], forChat), empty);
  });

  it("takes what shares most when all are full, then what has the same key, then the least recently used", () => {
    const most = chat(500, 200, 9);
    assert.equal(chooseSequence([chat(500, 100, 1), most], forChat), most);
    const own = chat(500, 100, 9, "k");
    assert.equal(chooseSequence([chat(500, 100, 1), own], forChat), own);
    const oldest = chat(500, 100, 1);
    assert.equal(chooseSequence([chat(500, 100, 2), oldest], forChat), oldest);
  });

  it("takes one of its own kind that needs no saving rather than wait for the disk", () => {
    const unsaved = { ...chat(500, 200, 1, "other"), unsaved: true };
    const free = chat(300, 10, 9);
    assert.equal(chooseSequence([unsaved, infill(500, 0, 2), free], forChat), free);
    assert.equal(chooseSequence([unsaved, infill(500, 0, 2)], forChat), unsaved);
    const own = { ...unsaved, shared: 500 };
    assert.equal(chooseSequence([own, free], forChat), own);
  });

  it("keeps infill in one sequence, whatever the cursor moved to", () => {
    const own = infill(500, 3, 5);
    assert.equal(chooseSequence([chat(500, 2, 1), empty, own], forInfill), own);
    assert.equal(chooseSequence([chat(500, 300, 1), empty], forInfill), empty);
  });

  it("has nothing to choose when nothing is free", () => {
    assert.equal(chooseSequence([], forChat), undefined);
  });
});
