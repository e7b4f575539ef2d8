import * as vscode from "vscode";
import type { Attachment } from "../../../protocol/session.ts";
import type { SelectionLabel } from "../../../protocol/webview.ts";

/** The selection in the editor that was last active; the chat view having the focus does not change it. */
const current = (): { editor: vscode.TextEditor; range: vscode.Range } | undefined => {
  const editor = vscode.window.activeTextEditor;
  return editor && !editor.selection.isEmpty ? { editor, range: editor.selection } : undefined;
};

/** A selection that ends at the start of a line does not include that line. */
const lines = ({ start, end }: vscode.Range): { startLine: number; endLine: number } => ({
  startLine: start.line + 1,
  endLine: end.character === 0 && end.line > start.line ? end.line : end.line + 1,
});

export const selectionLabel = (): SelectionLabel | null => {
  const selection = current();
  if (!selection) return null;
  return { path: vscode.workspace.asRelativePath(selection.editor.document.uri), ...lines(selection.range) };
};

export const selectionAttachment = (): Attachment[] => {
  const selection = current();
  if (!selection) return [];
  const { document } = selection.editor;
  return [
    {
      kind: "selection",
      path: vscode.workspace.asRelativePath(document.uri),
      languageId: document.languageId,
      range: lines(selection.range),
      text: document.getText(selection.range),
    },
  ];
};

/** Calls `changed` when the label may be another, at most every 150 ms. */
export const watchSelection = (changed: () => void): vscode.Disposable => {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, 150);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(later),
    vscode.window.onDidChangeActiveTextEditor(later),
    { dispose: () => clearTimeout(timer) },
  );
};
