import * as l10n from "@vscode/l10n";
import { readPipedInput } from "../../ports/stdin.ts";
import { type AddCommands, columns, exitCodes, fail, filled } from "./terminal.ts";

/** `trivium key …`: keys of engines, in an encrypted file. A key is read from standard input, never an argument. */
export const addKeyCommands: AddCommands = (program, { run, terminal, signal }) => {
  const key = program.command("key").description("Keys of engines. They are kept encrypted, and shown nowhere.");

  key
    .command("set")
    .description("Store or replace the key of an engine, read from standard input, and try it.")
    .argument("<engine>", "the engine's id in the settings or the profile", filled)
    .action((engine: string) =>
      run(async ({ models }) => {
        const text = await readPipedInput(signal);
        if (text === null || text.trim() === "") {
          terminal.notes(`${l10n.t("Pipe the key in: `trivium key set {0} < file`", engine)}\n`);
          return exitCodes.usage;
        }
        const stored = await models.keys.set(engine, text.trim());
        if (!stored.ok) return fail(terminal, stored);
        const tried = await models.keys.test(engine, signal);
        if (!tried.ok) {
          terminal.notes(`${l10n.t("The key is stored, but it could not be used.")} ${tried.failure.message}\n`);
          return exitCodes.failed;
        }
        terminal.text(`${l10n.t("The key is stored, and {0} accepts it.", engine)}\n`);
        return exitCodes.done;
      }),
    );

  key
    .command("rm")
    .description("Delete the key of an engine.")
    .argument("<engine>", "the engine's id", filled)
    .action((engine: string) =>
      run(async ({ models }) => {
        const removed = await models.keys.remove(engine);
        if (!removed.ok && removed.failure.code === "engine-key") {
          terminal.notes(`trivium: ${l10n.t("No key is stored for {0}.", engine)}\n`);
          return exitCodes.failed;
        }
        if (!removed.ok) return fail(terminal, removed);
        terminal.text(`${l10n.t("Deleted the key of {0}.", engine)}\n`);
        return exitCodes.done;
      }),
    );

  key
    .command("list")
    .description("List the engines that have a key, and where it may be sent.")
    .action(() =>
      run(async ({ models }) => {
        const listed = await models.keys.list();
        if (!listed.ok) return fail(terminal, listed);
        if (listed.keys.length === 0) terminal.notes(`${l10n.t("No keys are stored.")}\n`);
        terminal.text(columns(listed.keys.map(({ engine, origin }) => [engine, origin])));
        return exitCodes.done;
      }),
    );
};
