import * as vscode from "vscode";

/** Only https; the editor shows the whole address and asks before it opens it. */
export const openHttpsLink = async (url: string): Promise<void> => {
  const target = vscode.Uri.parse(url, true);
  if (target.scheme === "https") await vscode.env.openExternal(target);
};
