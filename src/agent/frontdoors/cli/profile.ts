import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import { Profile } from "../../../protocol/profile.ts";
import { parse } from "../../../protocol/rpc.ts";
import { inWords } from "../../failures.ts";
import { type AddCommands, columns, exitCodes, fail, filled } from "./terminal.ts";

const newId = (text: string): string => {
  if (parse(Profile.shape.id, text).ok) return text;
  throw new InvalidArgumentError(l10n.t("An id has small letters, digits and hyphens, 48 at most."));
};

/** `trivium profile …`: which models take which roles, as files that people share. */
export const addProfileCommands: AddCommands = (program, { run, terminal }) => {
  const profile = program.command("profile").description("Which models take which roles.");

  profile
    .command("list")
    .description("List the profiles; * is in use.")
    .option("--json", "print JSON", false)
    .action(({ json }: { json: boolean }) =>
      run(async ({ models }) => {
        const { profiles } = await models.library();
        const current = profiles.current().id;
        const all = profiles.list();
        const rows = all.map(({ id, name, description }) => [id === current ? "*" : "", id, name, description]);
        terminal.text(json ? `${JSON.stringify({ current, profiles: all }, null, 2)}\n` : columns(rows));
        return exitCodes.done;
      }),
    );

  profile
    .command("use")
    .description("Use a profile from now on.")
    .argument("<id>", "as `trivium profile list` shows it", filled)
    .action((id: string) =>
      run(async ({ models }) => {
        const used = await models.useProfile(id);
        if (!used.ok) return fail(terminal, used);
        terminal.text(`${l10n.t("The profile {0} is in use now.", id)}\n`);
        return exitCodes.done;
      }),
    );

  profile
    .command("export")
    .description("Print a profile as JSON, without keys.")
    .argument("<id>", "as `trivium profile list` shows it", filled)
    .action((id: string) =>
      run(async ({ models }) => {
        const { profiles } = await models.library();
        const exported = inWords(profiles.exportText(id));
        if (!exported.ok) return fail(terminal, exported);
        terminal.text(exported.text);
        return exitCodes.done;
      }),
    );

  profile
    .command("import")
    .description("Add a profile from a file. The servers that it names are shown, and used only with --allow-engines.")
    .argument("<file>", "a profile as JSON", filled)
    .option("--allow-engines", "let Trivium send prompts to the servers that the profile names", false)
    .action((file: string, { allowEngines }: { allowEngines: boolean }) =>
      run(async ({ models }) => {
        const { profiles } = await models.library();
        const imported = inWords(await profiles.importFile(resolve(file)));
        if (!imported.ok) return fail(terminal, imported);
        const { profile: added, engines } = imported;
        for (const { id: engine, urls } of engines)
          terminal.notes(`${l10n.t("server {0}: {1}", engine, urls.join(", "))}\n`);
        if (engines.length > 0 && !allowEngines)
          terminal.notes(`${l10n.t("Imported without these servers. With --allow-engines they are taken along.")}\n`);
        if (engines.length > 0 && allowEngines) {
          const saved = inWords(await profiles.save({ ...added, engines }));
          if (!saved.ok) return fail(terminal, saved);
        }
        terminal.text(`${added.id}\n`);
        return exitCodes.done;
      }),
    );

  profile
    .command("duplicate")
    .description("Copy a profile, to change the copy.")
    .argument("<id>", "as `trivium profile list` shows it", filled)
    .argument("<new-id>", "small letters, digits and hyphens", newId)
    .action((id: string, copy: string) =>
      run(async ({ models }) => {
        const { profiles } = await models.library();
        const copied = inWords(await profiles.duplicate(id, copy, copy));
        if (!copied.ok) return fail(terminal, copied);
        terminal.text(`${copy}\n`);
        return exitCodes.done;
      }),
    );

  profile
    .command("rm")
    .description("Delete a profile that you made or imported.")
    .argument("<id>", "as `trivium profile list` shows it", filled)
    .action((id: string) =>
      run(async ({ models }) => {
        const { profiles } = await models.library();
        const removed = inWords(await profiles.remove(id));
        if (!removed.ok) return fail(terminal, removed);
        terminal.text(`${l10n.t("Deleted the profile {0}.", id)}\n`);
        return exitCodes.done;
      }),
    );
};
