import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import type { ModelDescription } from "../../protocol/model-host.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import { type ChainParts, namedModel, rankedChain } from "./chains.ts";
import { readStarterManifest } from "./chosen-model.ts";
import type { RegisteredModel } from "./registry.ts";
import { findModel } from "./registry-find.ts";

const grammarFromReality = { plain: 0.5, narrowed: 0.7 };

describe("a model that can be asked", () => {
  let ports: TestPorts;
  let parts: ChainParts;
  let registered: RegisteredModel;
  const registry = () => ({ models: () => [registered], find: (text: string) => findModel([registered], text) });
  before(async () => {
    ports = createTestPorts();
    const path = join(ports.places.home, "m.gguf");
    writeFileSync(path, "a file");
    // Of the header and of the card no more is looked at here.
    const description = { parameters: 7e9, fingerprint: "known" } as ModelDescription;
    const card = { model: "m", grammarFromReality } as CapabilityCard;
    registered = {
      ...{ id: path, name: "Model", names: ["Model"], source: "folder", path, sizeBytes: 6, modifiedAt: 0 },
      ...{ description, problem: null, catalog: null, removable: false },
    };
    const manifest = await readStarterManifest(ports);
    parts = {
      ...{ ports, manifest, settings: defaultSettings },
      cardOf: (fingerprint) => (fingerprint === "known" ? card : null),
    };
  });
  after(() => ports.remove());

  it("brings its size and what measuring showed, however it was chosen", async () => {
    const known = { parameters: 7e9, card: { grammarFromReality } };
    for (const text of ["Model", registered.path]) {
      const named = await namedModel(text, parts, registry());
      assert.ok(named.ok);
      const { parameters, card, ref } = named.model;
      assert.deepEqual({ parameters, card }, known);
      assert.deepEqual(ref, { id: registered.path, name: "Model" });
    }
    const ranked = { id: registered.id, name: "M", standing: "fits", score: 1, why: [] } as const;
    const [first] = await rankedChain([ranked], registry(), parts);
    assert.deepEqual({ parameters: first?.parameters, card: first?.card }, known);
  });

  it("brings nothing of what nobody knows", async () => {
    const unread = { ...registry(), models: () => [{ ...registered, description: null }] };
    const named = await namedModel(registered.path, parts, unread);
    assert.ok(named.ok);
    assert.deepEqual([named.model.parameters, named.model.card], [null, null]);
    const found = await namedModel(registered.path, parts, null);
    assert.ok(found.ok);
    assert.deepEqual([found.model.parameters, found.model.card, found.model.ref.name], [null, null, "m"]);
  });
});
