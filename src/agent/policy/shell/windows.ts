// PowerShell and cmd: they are never run unasked, for Windows has no sandbox. Only the floor looks at their words.
import * as l10n from "@vscode/l10n";
import { deny, type Objection } from "../decision.ts";

const removers = /^(remove-item|ri|rm|rmdir|rd|del|erase|clear-content)$/;
const everything = /^-(r|rec.*)$|^\/s$|^\/[a-z/]*s[a-z/]*$/;
const wholePlaces =
  /^([a-z]:)?[\\/]*\*?$|^([a-z]:)?[\\/](windows|users|program files( \(x86\))?|programdata)([\\/]\*?|[\\/]system32.*)?$|^(~|\.|\.\.)([\\/]\*?)?$|^(\$home|\$env:(userprofile|systemroot|systemdrive|homedrive)|%(userprofile|systemroot|systemdrive|homedrive|windir|homepath)%)([\\/]\*?)?$/;

/** What the floor refuses in a command of PowerShell or cmd. */
export const windowsFloor = (command: string, workspace: readonly string[]): Objection | null => {
  const text = command
    .toLowerCase()
    .replace(/\^(?=\S)/g, "")
    .replace(/`(?=\S)/g, "");
  if (/%0\s*\|\s*%0|&\s*%0\b/.test(text)) return deny("fork-bomb", l10n.t("It starts itself again and again."));
  const roots = workspace.map((folder) => folder.toLowerCase().replace(/[\\/]+$/, ""));
  for (const part of text.split(/[;|&\n\r(){}]+/)) {
    const words = (part.match(/"[^"]*"|'[^']*'|[^\s"',]+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ""));
    if (
      words.some((word) => /^(format(\.com)?|format-volume|clear-disk|initialize-disk|diskpart)$/.test(word)) &&
      names(words)
    )
      return deny("raw-device", l10n.t("It empties a disk."));
    const at = words.findIndex((word) => removers.test(word.split(/[\\/]/).at(-1) ?? ""));
    const behind = at < 0 ? [] : words.slice(at + 1);
    const target = behind.find((word) => wholePlaces.test(word) || roots.includes(word.replace(/[\\/]+\*?$/, "")));
    if (target !== undefined && behind.some((word) => everything.test(word)))
      return deny("removes-all", l10n.t("It removes {0} and everything below.", target));
  }
  return null;
};

/** Whether a disk is among the words: a drive, or a number. */
const names = (words: readonly string[]): boolean =>
  words[0] !== "diskpart" &&
  words.slice(1).some((word) => /^[a-z]:?$|^\d+$|^-(driveletter|number)$|^\\\\[.?]\\/.test(word));
