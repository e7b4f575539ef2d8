import * as vscode from "vscode";
import type { NextStep } from "../../protocol/failure.ts";

/** The steps that lead out of the chat view; the others the view takes itself, with the turn they are about. */
const commands: Partial<Record<NextStep, string>> = {
  "choose-model": "trivium.chooseModel",
  "use-starter": "trivium.useStarter",
  "new-chat": "trivium.newChat",
  "show-log": "trivium.showLog",
  "open-models": "trivium.openModels",
  "resume-download": "trivium.openModels",
  "set-key": "trivium.setEngineKey",
  retry: "trivium.restart",
};

export const takeNextStep = async (step: NextStep): Promise<void> => {
  const command = commands[step];
  if (command) await vscode.commands.executeCommand(command);
};
