import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import { Profile } from "../../../protocol/profile.ts";
import { parse } from "../../../protocol/rpc.ts";
import { inWords } from "../../failures.ts";
import { type AddCommands, type Outcome, type Running, said } from "./command.ts";
import { columns, filled } from "./terminal.ts";

const newId = (text: string): string => {
  if (parse(Profile.shape.id, text).ok) return text;
  throw new InvalidArgumentError(l10n.t("An id has small letters, digits and hyphens, 48 at most."));
};

const idHelp = "as `trivium profile list` shows it";

const damagedText = (name: string): string => `${l10n.t("{0} could not be read and does not count.", name)}\n`;

/** `trivium profile …`: which models take which roles, as files that people share. */
export const addProfileCommands: AddCommands = (program, does) => {
  const profile = program.command("profile").description("Which models take which roles.");

  const list = profile.command("list").description("List the profiles; * is in use.");
  does(list, async ({ agent }) => {
    const { profiles } = await agent.models.library();
    const current = profiles.current().id;
    const all = profiles.list();
    const rows = all.map(({ id, name, description }) => [id === current ? "*" : "", id, name, description]);
    return said(columns(rows) + profiles.damaged().map(damagedText).join(""), { current, profiles: all });
  });

  const use = profile.command("use").description("Use a profile from now on.").argument("<id>", idHelp, filled);
  does(use, async ({ agent }, id: string) => {
    const used = await agent.models.useProfile(id);
    return used.ok ? said(`${l10n.t("The profile {0} is in use now.", id)}\n`, { id }) : used;
  });

  const exporting = profile
    .command("export")
    .description("Print a profile as JSON, without keys.")
    .argument("<id>", idHelp, filled);
  does(exporting, async ({ agent }, id: string) => {
    const { profiles } = await agent.models.library();
    const exported = inWords(profiles.exportText(id));
    return exported.ok ? said(exported.text, JSON.parse(exported.text)) : exported;
  });

  const importing = profile
    .command("import")
    .description("Add a profile from a file. The servers that it names are shown, and used only with --allow-engines.")
    .argument("<file>", "a profile as JSON", filled)
    .option("--allow-engines", "let Trivium send prompts to the servers that the profile names", false);
  does(importing, importProfile);

  const duplicate = profile
    .command("duplicate")
    .description("Copy a profile, to change the copy.")
    .argument("<id>", idHelp, filled)
    .argument("<new-id>", "small letters, digits and hyphens", newId);
  does(duplicate, async ({ agent }, id: string, copy: string) => {
    const { profiles } = await agent.models.library();
    const copied = inWords(await profiles.duplicate(id, copy, copy));
    return copied.ok ? said(`${copy}\n`, { id: copy }) : copied;
  });

  const rm = profile
    .command("rm")
    .description("Delete a profile that you made or imported.")
    .argument("<id>", idHelp, filled);
  does(rm, async ({ agent }, id: string) => {
    const { profiles } = await agent.models.library();
    const removed = inWords(await profiles.remove(id));
    return removed.ok ? said(`${l10n.t("Deleted the profile {0}.", id)}\n`, { id }) : removed;
  });
};

/** Says the id that the profile has here; `leftOut` are the servers that it names and that no prompt goes to. */
const importProfile = async (
  { agent, out }: Running,
  file: string,
  { allowEngines }: { allowEngines: boolean },
): Promise<Outcome> => {
  const { profiles } = await agent.models.library();
  const imported = inWords(await profiles.importFile(resolve(file)));
  if (!imported.ok) return imported;
  const { profile, engines } = imported;
  for (const { id, urls } of engines) out.notes(`${l10n.t("server {0}: {1}", id, urls.join(", "))}\n`);
  const { id } = profile;
  // An earlier import may have taken them along.
  if (isDeepStrictEqual(profile.engines, engines)) return said(`${id}\n`, { id, leftOut: [] });
  if (!allowEngines) {
    out.notes(`${l10n.t("Imported without these servers. With --allow-engines they are taken along.")}\n`);
    return said(`${id}\n`, { id, leftOut: engines });
  }
  const saved = inWords(await profiles.save({ ...profile, engines }));
  return saved.ok ? said(`${id}\n`, { id, leftOut: [] }) : saved;
};
