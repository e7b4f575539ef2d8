import * as l10n from "@vscode/l10n";
import type { Download } from "../../../protocol/models.ts";
import type { Agent } from "../../agent.ts";
import { bytes, exitCodes, fail, percent, progressLine, type Terminal } from "./terminal.ts";

const ended = (download: Download): boolean => ["done", "failed", "paused"].includes(download.state);

interface Pull {
  readonly name: string;
  readonly file: string | null;
  readonly json: boolean;
}

/** `trivium models pull`: downloads to the end. Ctrl+C pauses: the same command goes on with what has come. */
export const pull = async (agent: Agent, what: Pull, terminal: Terminal, signal: AbortSignal): Promise<number> => {
  const { catalog, downloads } = await agent.models.library();
  const known = catalog.some(({ id }) => id === what.name);
  if (!known && !what.name.includes("/")) return refuse(terminal, exitCodes.failed, notInCatalogue(what.name));
  if (!known && what.file === null) return refuse(terminal, exitCodes.usage, withoutFile(what.name));
  const started = await agent.models.actions.download(what.name, what.file);
  if (!started.ok) return fail(terminal, started);
  const { id, name, url } = started.download;
  terminal.notes(`${l10n.t("{0} from {1}", name, new URL(url).host)}\n`);
  const line = progressLine(terminal);
  const finished = Promise.withResolvers<Download>();
  const onChange = (): void => {
    const mine = downloads.list().find((download) => download.id === id);
    if (!mine) return;
    if (what.json) terminal.text(`${JSON.stringify(mine)}\n`);
    line.show(progressText(mine));
    if (ended(mine)) finished.resolve(mine);
  };
  const stopWatching = downloads.onChange(onChange);
  const pause = (): void => void downloads.pause(id);
  signal.addEventListener("abort", pause, { once: true });
  if (signal.aborted) pause();
  onChange();
  const end = await finished.promise;
  stopWatching();
  signal.removeEventListener("abort", pause);
  line.end();
  if (end.state === "done") {
    if (!what.json) terminal.text(`${end.path}\n`);
    return exitCodes.done;
  }
  if (end.problem) return fail(terminal, { ok: false, failure: end.problem });
  terminal.notes(`${l10n.t("Paused at {0}. The same command goes on.", bytes(end.doneBytes))}\n`);
  return exitCodes.stopped;
};

const notInCatalogue = (name: string): string =>
  l10n.t(
    "{0} is not in the catalogue. `trivium models list --available` shows what is; any other model is owner/repository and a file.",
    name,
  );

const withoutFile = (name: string): string =>
  l10n.t("{0} is not in the catalogue, so name the file, too: `trivium models pull {0} <file.gguf>`", name);

const refuse = (terminal: Terminal, exitCode: number, why: string): number => {
  terminal.notes(`trivium: ${why}\n`);
  return exitCode;
};

const progressText = ({ name, state, doneBytes, totalBytes, bytesPerSecond, etaMs }: Download): string => {
  const share = totalBytes ? percent(doneBytes / totalBytes) : bytes(doneBytes);
  const speed = bytesPerSecond === null ? "" : ` · ${bytes(bytesPerSecond)}/s`;
  const left = etaMs === null ? "" : ` · ${l10n.t("{0} s left", Math.round(etaMs / 1000))}`;
  return `${name} · ${state === "checking" ? l10n.t("checking") : share}${speed}${left}`;
};
