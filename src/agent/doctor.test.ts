import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestPorts } from "../../test/support/fake-agent.ts";
import { diagnoseRouter } from "./doctor.ts";
import { loadClassifier } from "./router/load-classifier.ts";

describe("what the doctor says of the router", () => {
  it("is a way out when its weights are damaged or gone", async () => {
    const ports = createTestPorts();
    const bundledModels = mkdtempSync(join(tmpdir(), "trivium-router-"));
    const places = { ...ports.places, bundledModels };
    const file = join(bundledModels, "router", "weights.bin");
    mkdirSync(join(bundledModels, "router"));
    try {
      const gone = diagnoseRouter(await loadClassifier({ ...ports, places }));
      assert.match(gone.found, /^it goes by rules alone: .*weights\.bin cannot be used \(ENOENT/);
      writeFileSync(file, "damaged");
      const damaged = diagnoseRouter(await loadClassifier({ ...ports, places }));
      assert.equal(
        damaged.found,
        `it goes by rules alone: ${file} cannot be used (7 bytes are too short for a header)`,
      );
      assert.match(damaged.todo ?? "", /Install Trivium again/);
      const good = diagnoseRouter(await loadClassifier(ports));
      assert.deepEqual([good.state, good.todo], ["ok", null]);
    } finally {
      rmSync(bundledModels, { recursive: true });
      ports.remove();
    }
  });
});
