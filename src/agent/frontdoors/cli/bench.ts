import * as l10n from "@vscode/l10n";
import type { CapabilityCard } from "../../../protocol/capability-card.ts";
import type { InstalledModel } from "../../../protocol/models.ts";
import type { Agent } from "../../agent.ts";
import type { Result } from "../../failures.ts";
import { scoreRows, speed } from "./card-text.ts";
import { type AddCommands, said } from "./command.ts";
import { findModel } from "./models.ts";
import { columns, filled, percent, progressLine } from "./terminal.ts";

/** `trivium bench`: what a model can do on this machine, in at most a minute. */
export const addBenchCommand: AddCommands = (program, does) => {
  const bench = program
    .command("bench")
    .description("Measure a model on this machine, in at most a minute, and keep the result as its card.")
    .option("-m, --model <model>", "its id, path, folder or name; without one, the model that answers", filled);
  does(bench, async ({ agent, out, signal }, { model }: { model?: string }) => {
    const found = await modelToMeasure(agent, model, signal);
    if (!found.ok) return found;
    const line = progressLine(out);
    const show = (done: number, what: string): void => line.show(done > 0 ? `${what} · ${percent(done)}` : what);
    const measured = await agent.models.actions.bench(found.model.id, show, signal);
    line.end();
    return measured.ok ? said(cardText(measured.card), measured.card) : measured;
  });
};

const modelToMeasure = async (
  agent: Agent,
  name: string | undefined,
  signal: AbortSignal,
): Promise<Result<{ model: InstalledModel }>> => {
  if (name !== undefined) return findModel(agent, name, signal);
  await agent.models.found(signal);
  const answering = await agent.models.chain("answerer", signal);
  return answering.ok ? agent.models.find(answering.chain[0]?.ref.id ?? "") : answering;
};

const cardText = (card: CapabilityCard): string => {
  const rows = [
    [l10n.t("model"), card.model],
    [l10n.t("machine"), card.machine],
    [l10n.t("threads"), card.threads === 0 ? l10n.t("automatic") : String(card.threads)],
    [l10n.t("prompt"), speed(card.promptTokensPerSecond)],
    [l10n.t("generation"), speed(card.tokensPerSecond)],
    [l10n.t("first token"), `${card.firstTokenMs.toFixed(0)} ms`],
    ...scoreRows(card),
  ];
  return columns(rows);
};
