import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import { createCards } from "./capability-cards.ts";

const fingerprint = "ab".repeat(32);
const card: CapabilityCard = {
  version: 1,
  fingerprint,
  model: "A model",
  machine: "A machine",
  measuredAt: 1,
  threads: 4,
  promptTokensPerSecond: 50,
  tokensPerSecond: 10,
  firstTokenMs: 300,
  scores: {
    code: 0.5,
    math: null,
    general: 1,
    json: null,
    jsonWithGrammar: 1,
    toolCall: 0.75,
    edit: null,
    arithmetic: 0.9,
  },
  grammarFromReality: { plain: 0.5, narrowed: 0.75 },
};

describe("capability cards", () => {
  let ports: TestPorts;
  let folder: string;
  let warnings: string[];
  beforeEach(() => {
    const plain = createTestPorts();
    warnings = [];
    ports = { ...plain, log: { ...plain.log, warn: (message) => void warnings.push(message) } };
    folder = join(ports.places.data, "cards");
  });
  afterEach(() => ports.remove());

  it("are kept under the file's fingerprint, the newest alone", async () => {
    const cards = await createCards(ports, folder);
    assert.equal(cards.get(fingerprint), null);
    await cards.save(card);
    await cards.save({ ...card, measuredAt: 2 });
    assert.deepEqual(readdirSync(folder), [`${fingerprint}.json`]);
    assert.equal((await createCards(ports, folder)).get(fingerprint)?.measuredAt, 2);
  });

  it("are kept for a server's model too, whatever it is called", async () => {
    const odd = { ...card, fingerprint: "engine:lab/../../x:7b" };
    await (await createCards(ports, folder)).save(odd);
    assert.match(readdirSync(folder).join(), /^[0-9a-f]{64}\.json$/);
    assert.deepEqual((await createCards(ports, folder)).get(odd.fingerprint), odd);
  });

  it("are left out when damaged, with a warning", async () => {
    await (await createCards(ports, folder)).save(card);
    writeFileSync(join(folder, "half.json"), '{"version": 1');
    writeFileSync(join(folder, "wrong.json"), JSON.stringify({ ...card, scores: { ...card.scores, code: 7 } }));
    const cards = await createCards(ports, folder);
    assert.deepEqual(cards.get(fingerprint), card);
    assert.equal(warnings.length, 2);
    assert.equal(readdirSync(folder).length, 3);
  });

  it("are used until the end of the program when the disk does not take them", async () => {
    writeFileSync(folder, "a file where the folder should be");
    const cards = await createCards(ports, folder);
    await cards.save(card);
    assert.deepEqual(cards.get(fingerprint), card);
    assert.equal(warnings.length, 1);
  });
});
