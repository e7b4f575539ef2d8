import * as l10n from "@vscode/l10n";
import type { Download } from "../../../protocol/models.ts";
import { failure } from "../../failures.ts";
import { type Outcome, type Running, said } from "./command.ts";
import { bytes, exitCodes, percent, progressLine } from "./terminal.ts";

const ended = (download: Download): boolean => ["done", "failed", "paused"].includes(download.state);

/**
 * `trivium models pull`: downloads to the end. Ctrl+C pauses: the same command goes on with what has come. Every change
 * is an item; the value is the Download as it ended.
 */
export const pull = async ({ agent, out, signal }: Running, wanted: string, file?: string): Promise<Outcome> => {
  const { catalog, downloads } = await agent.models.library();
  const known = catalog.some((model) => model.id === wanted);
  if (!known && !wanted.includes("/")) return notInCatalogue(wanted);
  if (!known && file === undefined) return { ok: false, wrongUse: withoutFile(wanted) };
  const started = await agent.models.actions.download(wanted, file ?? null);
  if (!started.ok) return started;
  const { id, name, url } = started.download;
  out.notes(`${l10n.t("{0} from {1}", name, new URL(url).host)}\n`);
  const line = progressLine(out);
  const finished = Promise.withResolvers<Download>();
  const onChange = (): void => {
    const mine = downloads.list().find((download) => download.id === id);
    if (!mine) return;
    line.show(progressText(mine));
    if (ended(mine)) finished.resolve(mine);
    else out.item(mine);
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
  if (end.state === "done") return said(`${end.path}\n`, end);
  if (end.problem) return { ok: false, failure: end.problem };
  out.notes(`${l10n.t("Paused at {0}. The same command goes on.", bytes(end.doneBytes))}\n`);
  return said("", end, exitCodes.stopped);
};

const notInCatalogue = (name: string): Outcome => ({
  ok: false,
  failure: {
    ...failure("model-unknown", { id: name }),
    message: l10n.t(
      "{0} is not in the catalogue. `trivium models list --available` shows what is; any other model is owner/repository and a file.",
      name,
    ),
  },
});

const withoutFile = (name: string): string =>
  l10n.t("{0} is not in the catalogue, so name the file, too: `trivium models pull {0} <file.gguf>`", name);

const progressText = ({ name, state, doneBytes, totalBytes, bytesPerSecond, etaMs }: Download): string => {
  const share = totalBytes ? percent(doneBytes / totalBytes) : bytes(doneBytes);
  const speed = bytesPerSecond === null ? "" : ` · ${bytes(bytesPerSecond)}/s`;
  const left = etaMs === null ? "" : ` · ${l10n.t("{0} s left", Math.round(etaMs / 1000))}`;
  return `${name} · ${state === "checking" ? l10n.t("checking") : share}${speed}${left}`;
};
