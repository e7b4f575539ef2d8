import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** A page for one of the two browser programs: its two local files, and a policy under which nothing else loads or runs. */
export const pageHtml = (webview: vscode.Webview, dist: vscode.Uri, program: "webview" | "models"): string => {
  const nonce = randomBytes(16).toString("base64");
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  // "<" could end the script element.
  const translations = vscode.l10n.bundle && JSON.stringify(vscode.l10n.bundle).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trivium</title>
<link rel="stylesheet" href="${uri(`${program}.css`)}">
</head>
<body>
<div id="root"></div>
${translations ? `<script id="l10n" type="application/json" nonce="${nonce}">${translations}</script>` : ""}
<script nonce="${nonce}" src="${uri(`${program}.js`)}"></script>
</body>
</html>`;
};
