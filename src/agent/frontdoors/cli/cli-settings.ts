import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { parseJson } from "../../../protocol/rpc.ts";
import { readSettings, type Settings } from "../../../protocol/settings.ts";
import type { Ports } from "../../ports/ports.ts";

/** The file in the data folder with the settings of the command line; its keys may begin with `trivium.` or not. */
const fileName = "settings.json";
const prefix = /^trivium\./;

const damaged = (path: string, issues: readonly string[]): string =>
  l10n.t("{0} cannot be read: {1}. Mend it or delete it; until then every default counts.", path, issues.join("; "));

/**
 * The settings of programs without an editor. A missing file gives the defaults; what is wrong in it is named in
 * `problems` and takes its default.
 */
export const readCliSettings = async ({
  files,
  places,
}: Pick<Ports, "files" | "places">): Promise<{ settings: Settings; problems: string[] }> => {
  const path = join(places.data, fileName);
  const { kind } = await files.look(path);
  if (kind === "missing") return readSettings({});
  const text = await files.readText(path).catch((error: unknown) => String(error));
  const parsed = parseJson(z.record(z.string(), z.unknown()), text);
  if (!parsed.ok) return { ...readSettings({}), problems: [damaged(path, parsed.issues)] };
  const given = Object.entries(parsed.value).map(([key, value]) => [key.replace(prefix, ""), value]);
  return readSettings(Object.fromEntries(given));
};
