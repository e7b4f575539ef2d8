import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSecrets } from "./secrets.ts";

const name = { engine: "team", origin: "https://models.example:8443" };

describe("secrets in a file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-secrets-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("gives a key back to its engine and origin alone, and to nobody after it was removed", async () => {
    const secrets = fileSecrets(folder);
    assert.equal(await secrets.get(name), null);
    await secrets.set(name, "first");
    await secrets.set(name, "second");
    assert.equal(await fileSecrets(folder).get(name), "second");
    assert.equal(await secrets.get({ ...name, origin: "https://elsewhere.example" }), null);
    assert.equal(await secrets.get({ ...name, engine: "other" }), null);
    assert.deepEqual(await secrets.list(), [name]);
    assert.equal(await secrets.remove(name), true);
    assert.equal(await secrets.remove(name), false);
    assert.equal(await secrets.get(name), null);
  });

  it("leaves no file that others can read or that shows the key", async () => {
    await fileSecrets(folder).set(name, "sk-visible-secret");
    for (const file of readdirSync(folder)) {
      const path = join(folder, file);
      assert.ok(!readFileSync(path).includes("sk-visible-secret"), file);
      if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o077, 0, file);
    }
  });

  it("does not open an entry that was moved to another origin", async () => {
    const secrets = fileSecrets(folder);
    await secrets.set(name, "mine");
    const path = join(folder, "secrets.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(name.origin, "https://attacker.example"));
    await assert.rejects(secrets.get({ ...name, origin: "https://attacker.example" }));
  });

  it("names the file that is damaged", async () => {
    writeFileSync(join(folder, "secrets.json"), "{");
    await assert.rejects(fileSecrets(folder).get(name), /secrets\.json is damaged/);
  });
});
