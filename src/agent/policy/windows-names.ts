import * as l10n from "@vscode/l10n";
import { ask, deny, type Objection } from "./decision.ts";

/** Names that Windows gives to devices in every folder, whatever stands behind a dot. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[\d¹²³])\s*(\.|:|$)/i;

/** What Windows would read otherwise than it is written. Works on a path with either separator. */
export const windowsName = (path: string): Objection | null => {
  if (/^[\\/]{2}|^[\\/]\?\?[\\/]/.test(path))
    return deny("network-path", l10n.t("It leads to a network folder or a device."));
  const behindDrive = path.replace(/^[a-z]:(?=[\\/])/i, "");
  if (behindDrive.includes(":")) return deny("stream", l10n.t("It holds a colon: a drive or a hidden stream."));
  for (const part of behindDrive.split(/[\\/]/)) {
    if (device.test(part)) return deny("device-name", l10n.t("{0} is the name of a device.", part));
    if (part !== "." && part !== ".." && /[. ]$/.test(part))
      return deny("trailing-dot", l10n.t("A part of the path ends with a dot or a blank."));
    if (/[<>"|?*]/.test(part)) return deny("wildcard", l10n.t("It holds a character that no name has."));
    if (/~\d/.test(part)) return ask("short-name", l10n.t("{0} may be the short form of another name.", part));
  }
  return null;
};
