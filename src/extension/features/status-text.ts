import type { ModelsState } from "../../protocol/models.ts";
import type { Status } from "../../protocol/status.ts";

/** Of all downloads that run, as one: 0..100; null when none runs or no size is known. */
const downloadPercent = (models: ModelsState | null): number | null => {
  const running = (models?.downloads ?? []).filter(({ state }) => state === "running" || state === "checking");
  const total = running.reduce((sum, { totalBytes }) => sum + (totalBytes ?? 0), 0);
  const done = running.reduce((sum, { doneBytes, totalBytes }) => sum + (totalBytes === null ? 0 : doneBytes), 0);
  return total === 0 ? null : Math.floor(Math.min(1, done / total) * 100);
};

/** "Coder 7B 34 %": a model on its way into the memory; null when there is none. */
const loadingText = (models: ModelsState | null): string | null => {
  const [load] = models?.loading ?? [];
  if (!load) return null;
  const name = models?.installed.find(({ id }) => id === load.id)?.name ?? load.id;
  return `$(sync~spin) ${name} ${Math.floor(load.done * 100)} %`;
};

/** "$(git-merge) Coder 7B 31 t/s $(cloud-download) 34 %": what is known of it, at most. */
export const statusText = (status: Status | null, models: ModelsState | null): string => {
  const icon =
    status && status.health !== "ok" ? "$(warning)" : status?.quiescent === false ? "$(sync~spin)" : "$(git-merge)";
  const model = status?.model ?? null;
  const speed = models?.installed.find(({ id }) => id === model?.id)?.card?.tokensPerSecond;
  const percent = downloadPercent(models);
  const loading = loadingText(models);
  return [
    ...(loading === null ? [icon, model?.name ?? "Trivium"] : [loading]),
    ...(loading !== null || speed === undefined || !model?.loaded ? [] : [`${Math.round(speed)} t/s`]),
    ...(percent === null ? [] : [`$(cloud-download) ${percent} %`]),
  ].join(" ");
};
