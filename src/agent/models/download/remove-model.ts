import { basename, dirname, join, relative, sep } from "node:path";
import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { fileErrorCode, type ModelFiles } from "../../ports/model-files.ts";
import { partNames } from "./layout.ts";

/**
 * Deletes a model that was downloaded or imported, with all its parts, and the folders that are empty then. What does not
 * really lie in the folder of the downloads, links resolved, is left alone (`remove-failed`).
 */
export const removeModel = async (
  { files, folder }: { files: ModelFiles; folder: string },
  path: string,
): Promise<{ ok: true } | { ok: false; failure: HostFailure }> => {
  const failed = (reason: string) =>
    ({ ok: false, failure: { code: "remove-failed", detail: { path, reason } } }) as const;
  try {
    const [root, real] = [await files.realPath(folder), await files.realPath(path)];
    if (real === null || !(await files.look(real))) return failed(l10n.t("it is not there, or not a file"));
    const names = root === null ? [] : relative(root, real).split(sep);
    const inside =
      names.length > 1 && names.every((name) => name !== "" && !name.startsWith(".") && !name.includes(":"));
    if (root === null || !inside || basename(real) !== basename(path))
      return failed(l10n.t("Trivium did not bring it here"));
    // The first part first: without it the others are no model.
    for (const name of partNames(basename(real))) await files.remove(join(dirname(real), name));
    for (let at = dirname(real); at !== root && (await files.removeEmptyFolder(at)); ) at = dirname(at);
    return { ok: true };
  } catch (error) {
    if (fileErrorCode(error) === undefined || !(error instanceof Error)) throw error;
    return failed(error.message);
  }
};
