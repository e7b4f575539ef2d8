import * as l10n from "@vscode/l10n";
import type { AvailableModel, Download } from "../../protocol/models.ts";
import { fileSize, timeLeft } from "../text.ts";

/** 0..100, or null while the size is not known. */
export const percentOf = ({ doneBytes, totalBytes }: Download): number | null =>
  totalBytes ? Math.floor(Math.min(1, doneBytes / totalBytes) * 100) : null;

const stateText = (download: Download): string => {
  switch (download.state) {
    case "queued":
      return l10n.t("waiting for its turn");
    case "running":
      return l10n.t("downloading");
    case "paused":
      return l10n.t("paused");
    case "checking":
      return l10n.t("checking the file");
    case "done":
      return l10n.t("done");
    case "failed":
      return download.problem?.message ?? l10n.t("failed");
  }
};

/** The line below the name: how much, how fast, how long; in words that keep their place while numbers change. */
export const downloadDetails = (download: Download): string[] => {
  const { state, doneBytes, totalBytes, bytesPerSecond, etaMs } = download;
  const amount =
    totalBytes === null ? fileSize(doneBytes) : l10n.t("{0} of {1}", fileSize(doneBytes), fileSize(totalBytes));
  if (state === "done") return [fileSize(totalBytes ?? doneBytes), stateText(download)];
  if (state === "failed") return [amount];
  if (state !== "running") return [amount, stateText(download)];
  return [
    amount,
    ...(bytesPerSecond === null ? [] : [l10n.t("{0}/s", fileSize(bytesPerSecond))]),
    ...(etaMs === null ? [] : [timeLeft(etaMs)]),
  ];
};

/** One sentence for a screen reader. */
export const downloadWords = (download: Download): string => {
  const percent = percentOf(download);
  return download.state === "running" && percent !== null
    ? l10n.t("{0}: {1} % downloaded.", download.name, percent)
    : l10n.t("{0}: {1}.", download.name, stateText(download).replace(/\.$/, ""));
};

/** The download that brings this catalogue model; one that is done counts no more. */
export const downloadOf = ({ model }: AvailableModel, downloads: readonly Download[]): Download | undefined =>
  downloads.find(({ catalogId, state }) => state !== "done" && catalogId === model.id);
