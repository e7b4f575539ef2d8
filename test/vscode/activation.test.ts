import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("activation", () => {
  it("activates the extension", async () => {
    const extension = vscode.extensions.getExtension("trivium.trivium");
    assert.ok(extension, "trivium.trivium is not among the extensions");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("has the command that shows the chat", async () => {
    const commands = await vscode.commands.getCommands(true);
    assert.ok(commands.includes("trivium.chat.focus"));
  });

  it("opens the workspace's two files", async () => {
    const files = await vscode.workspace.findFiles("*");
    assert.deepEqual(files.map((file) => vscode.workspace.asRelativePath(file)).sort(), ["README.md", "cart.ts"]);
  });
});
