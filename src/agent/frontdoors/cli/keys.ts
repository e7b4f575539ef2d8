import * as l10n from "@vscode/l10n";
import { readPipedInput } from "../../ports/stdin.ts";
import { type AddCommands, said } from "./command.ts";
import { columns, filled } from "./terminal.ts";

/** `trivium key …`: keys of engines, in an encrypted file. A key is read from standard input, never an argument. */
export const addKeyCommands: AddCommands = (program, does) => {
  const key = program.command("key").description("Keys of engines. They are kept encrypted, and shown nowhere.");

  const set = key
    .command("set")
    .description("Store or replace the key of an engine, read from standard input, and try it.")
    .argument("<engine>", "the engine's id in the settings or the profile", filled);
  does(set, async ({ agent, signal }, engine: string) => {
    const { keys } = agent.models;
    const piped = await readPipedInput(signal);
    signal.throwIfAborted();
    if (piped.kind !== "text" || piped.text.trim() === "")
      return { ok: false, wrongUse: l10n.t("Pipe the key in: `trivium key set {0} < file`", engine) };
    const stored = await keys.set(engine, piped.text.trim());
    if (!stored.ok) return stored;
    const tried = await keys.test(engine, signal);
    if (tried.ok) return said(`${l10n.t("The key is stored, and {0} accepts it.", engine)}\n`, { engine });
    const message = `${l10n.t("The key is stored, but it could not be used.")} ${tried.failure.message}`;
    return { ok: false, failure: { ...tried.failure, message } };
  });

  const rm = key
    .command("rm")
    .description("Delete the key of an engine.")
    .argument("<engine>", "the engine's id", filled);
  does(rm, async ({ agent }, engine: string) => {
    const removed = await agent.models.keys.remove(engine);
    if (removed.ok) return said(`${l10n.t("Deleted the key of {0}.", engine)}\n`, { engine });
    if (removed.failure.code !== "engine-key") return removed;
    return { ok: false, failure: { ...removed.failure, message: l10n.t("No key is stored for {0}.", engine) } };
  });

  const list = key.command("list").description("List the engines that have a key, and where it may be sent.");
  does(list, async ({ agent, out }) => {
    const listed = await agent.models.keys.list();
    if (!listed.ok) return listed;
    if (listed.keys.length === 0) out.notes(`${l10n.t("No keys are stored.")}\n`);
    return said(columns(listed.keys.map(({ engine, origin }) => [engine, origin])), listed.keys);
  });
};
