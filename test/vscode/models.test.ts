// The editor's side of models inside the extension host: the page's tab, its commands, and who gets an engine's key.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { readEngineKey } from "../../src/extension/key-store.ts";

const modelsTabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("trivium.models"));

/** The editor tells of its tabs a moment after it has changed them. */
const tabsAre = async (count: number): Promise<void> => {
  for (let waited = 0; modelsTabs().length !== count; waited += 10) {
    if (waited > 5_000) assert.fail(`${modelsTabs().length} tabs instead of ${count} after 5 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const storageWith = (values: Readonly<Record<string, string>>) => {
  const asked: string[] = [];
  const secrets = {
    get: async (key: string) => {
      asked.push(key);
      return values[key];
    },
  } as unknown as vscode.SecretStorage; // what is used of it
  return { secrets, asked };
};

describe("the Models page's tab", () => {
  after(() => vscode.window.tabGroups.close(modelsTabs()));

  it("opens once, however often it is asked for", async () => {
    await vscode.commands.executeCommand("trivium.openModels");
    await tabsAre(1);
    await vscode.commands.executeCommand("trivium.openModels");
    // Were there a second one, this command's own tab would be told of after it.
    await vscode.commands.executeCommand("workbench.action.files.newUntitledFile");
    await tabsAre(1);
    assert.equal(modelsTabs()[0]?.label, "Trivium Models");
  });

  it("opens again after it was closed", async () => {
    await vscode.window.tabGroups.close(modelsTabs());
    await tabsAre(0);
    await vscode.commands.executeCommand("trivium.openModels");
    await tabsAre(1);
  });
});

describe("the key of an engine", () => {
  const stored = { "engine:team@https://models.example": "secret-1" };

  it("is given for exactly its engine and origin", async () => {
    const { secrets } = storageWith(stored);
    assert.equal(await readEngineKey(secrets, { engine: "team", origin: "https://models.example" }), "secret-1");
    for (const [engine, origin] of [
      ["other", "https://models.example"],
      ["team", "http://models.example"],
      ["team", "https://models.example:8443"],
      ["team", "https://models.example.evil.example"],
    ] as const)
      assert.equal(await readEngineKey(secrets, { engine, origin }), null, `${engine} ${origin}`);
  });

  it("is not even looked for under a name that is no engine's, or a text that is no origin", async () => {
    const { secrets, asked } = storageWith(stored);
    for (const [engine, origin] of [
      ["team@https://models.example", "https://models.example"],
      ["", "https://models.example"],
      ["team", "https://models.example/"],
      ["team", "https://user@models.example"],
      ["team", "HTTPS://models.example"],
      ["team", "models.example"],
      ["team", "null"],
    ] as const)
      assert.equal(await readEngineKey(secrets, { engine, origin }), null, `${engine} ${origin}`);
    assert.deepEqual(asked, []);
  });
});
