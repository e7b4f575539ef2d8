import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import type { LedgerEntry } from "../../../protocol/ledger.ts";
import { type AddCommands, said } from "./command.ts";
import { columns } from "./terminal.ts";

const most = 1000;

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(l10n.t("It must be a whole number from 1 to {0}.", most));
};

/** `trivium network`: every request that left this machine, or was refused. */
export const addNetworkCommand: AddCommands = (program, does) => {
  const network = program
    .command("network")
    .description("List the latest requests that left this machine, or were refused.")
    .option("-n, --number <count>", l10n.t("how many, up to {0}", most), wholeNumber, 20);
  does(network, async ({ agent }, { number }: { number: number }) => {
    const entries = agent.ledger(number);
    return said(entries.length === 0 ? `${l10n.t("Nothing has left this machine.")}\n` : table(entries), entries);
  });
};

const table = (entries: readonly LedgerEntry[]): string =>
  columns(
    entries.map(({ at, purpose, method, origin, path, status, refused }) => [
      new Date(at).toISOString(),
      purpose,
      `${method} ${origin}${path}`,
      refused === null ? String(status ?? "–") : l10n.t("refused: {0}", refused),
    ]),
  );
