import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import { type AddCommands, type Outcome, type Running, said } from "./command.ts";
import { namedTurn } from "./named-turn.ts";
import { replayText, runText, turnsTable } from "./runs-text.ts";
import { exitCodes, filled, looksOn } from "./terminal.ts";
import { trackText } from "./track-text.ts";

const most = 1000;

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(l10n.t("It must be a whole number from 1 to {0}.", most));
};

/** `trivium runs …`: how turns ran, and how often answers were right. */
export const addRunsCommands: AddCommands = (program, does) => {
  const runs = program.command("runs").description("How turns ran: the road, the plan, every question to a model.");

  const list = runs
    .command("list")
    .description("List the latest turns of all chats.")
    .option("-n, --limit <count>", l10n.t("how many, up to {0}", most), wholeNumber, 20);
  does(list, async ({ agent }, { limit }: { limit: number }) => {
    const turns = agent.latestTurns(limit);
    return said(turns.length === 0 ? `${l10n.t("There are no turns yet.")}\n` : turnsTable(turns), turns);
  });

  const shown = runs
    .command("show")
    .description("Show everything that is known of how a turn ran.")
    .argument("<turn>", "its id, the beginning of it, or `last`", filled)
    .option("--replay", "run it again with what its models said, without any model, and say in what it differs", false);
  does(shown, show);

  const track = runs
    .command("track")
    .description("Say how often answers were right, by how sure they were said to be.");
  does(track, async ({ agent }) => {
    const record = agent.trackRecord();
    return said(trackText(record), record);
  });
};

const show = async (
  { agent, out, signal }: Running,
  id: string,
  { replay }: { readonly replay: boolean },
): Promise<Outcome> => {
  const found = namedTurn(agent, id);
  if (!found.ok) return found;
  const shown = agent.run(found.turn.id);
  if (!shown.ok) return shown;
  const looks = looksOn(out);
  if (!replay) return said(runText(shown.run, looks), shown.run);
  const again = await agent.replay(found.turn.id, signal);
  if (!again.ok) return again;
  const { differences } = again;
  return said(
    runText(shown.run, looks) + replayText(differences, looks),
    { ...shown.run, replay: { turn: again.turn, differences } },
    differences.length === 0 ? exitCodes.done : exitCodes.failed,
  );
};
