import * as vscode from "vscode";

/** Names the model that answers: a path, an id or `starter`; with "" the profile decides. */
export const setModel = async (model: string): Promise<void> => {
  await vscode.workspace.getConfiguration("trivium").update("model.path", model, vscode.ConfigurationTarget.Global);
};
