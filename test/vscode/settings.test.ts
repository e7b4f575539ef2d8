import assert from "node:assert/strict";
import * as vscode from "vscode";
import { settingEntries } from "../../src/protocol/settings.ts";

const manifest = () => {
  const extension = vscode.extensions.getExtension("trivium.trivium");
  assert.ok(extension);
  return extension.packageJSON.contributes;
};

describe("settings and commands", () => {
  it("offers every setting with its default", () => {
    const configuration = vscode.workspace.getConfiguration("trivium");
    for (const [key, entry] of Object.entries(settingEntries))
      assert.deepEqual(configuration.inspect(key)?.defaultValue, entry.default, key);
  });

  it("lets no workspace change a setting", async () => {
    const configuration = vscode.workspace.getConfiguration("trivium");
    for (const [key, entry] of Object.entries(settingEntries)) {
      await assert.rejects(async () => configuration.update(key, entry.default, vscode.ConfigurationTarget.Workspace));
      assert.equal(configuration.inspect(key)?.workspaceValue, undefined, key);
    }
  });

  it("has every command of the manifest", async () => {
    await vscode.extensions.getExtension("trivium.trivium")?.activate();
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of manifest().commands) assert.ok(known.has(command), command);
  });

  it("opens the chat and stops it when nothing runs, without an error", async () => {
    await vscode.commands.executeCommand("trivium.newChat");
    await vscode.commands.executeCommand("trivium.stop");
  });
});
