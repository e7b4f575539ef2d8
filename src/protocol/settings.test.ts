import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultSettings, readSettings } from "./settings.ts";

describe("settings", () => {
  it("takes defaults for what is missing or wrong, and names what is wrong", () => {
    const { settings, problems } = readSettings({ "model.path": "/m.gguf", "model.threads": -1, "model.gpu": "maybe" });
    assert.deepEqual(settings, { ...defaultSettings, "model.path": "/m.gguf" });
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /^trivium\.model\.threads must be at least 0; its default counts$/);
  });

  it("makes whole settings of anything", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.deepEqual(Object.keys(readSettings(value).settings), Object.keys(defaultSettings));
      }),
    );
  });
});
