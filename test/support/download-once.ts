// Downloads one file from a test's hub, in the test's process or as a program of its own that can be killed.
import { createDownloads, type Downloads } from "../../src/agent/models/download/downloads.ts";
import type { DownloadParts } from "../../src/agent/models/download/fetch-model.ts";
import { type Clock, nodeClock } from "../../src/agent/ports/clock.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { nodeModelFiles } from "../../src/agent/ports/model-files.ts";
import { createNet } from "../../src/agent/ports/net.ts";
import type { Download } from "../../src/protocol/models.ts";
import { repository } from "./hub-server.ts";

const silent = lineLog(() => undefined);

/** A clock that is `factor` times as fast, so that a stall of 30 s takes 0.3 s. */
export const fastClock = (factor: number): Clock => ({
  epoch: () => nodeClock.epoch(),
  now: () => nodeClock.now() * factor,
  after: (ms, action) => nodeClock.after(ms / factor, action),
});

/** Downloads over the real network port, which may reach this hub alone. Every header is taken for good. */
export const downloadsFrom = (hub: string, folder: string, change: Partial<DownloadParts> = {}): Downloads => {
  const net = createNet(nodeClock, { record: () => undefined }, silent);
  net.allow({ engines: [], hub, discovery: false });
  const parts: DownloadParts = {
    net,
    files: nodeModelFiles,
    clock: fastClock(100),
    folder,
    hub: () => hub,
    checkHeader: async () => ({ ok: true }),
    connections: 4,
    ...change,
  };
  return createDownloads(parts, silent);
};

/** The download once it is in one of these states. */
export const reaches = (downloads: Downloads, id: string, states: readonly Download["state"][]): Promise<Download> =>
  new Promise((resolve) => {
    const look = (): void => {
      const found = downloads.list().find((download) => download.id === id);
      if (!found || !states.includes(found.state)) return;
      forget();
      resolve(found);
    };
    const forget = downloads.onChange(look);
    look();
  });

/** Starts the download, or goes on with it, and waits for its end. */
export const downloadOnce = async (downloads: Downloads, file: string): Promise<Download> => {
  const started = downloads.start({ name: file, repository, files: [file] });
  if (!started.ok) throw new Error(started.failure.code);
  return reaches(downloads, started.download.id, ["done", "failed", "paused"]);
};

if (import.meta.main) {
  const [hub = "", folder = "", file = ""] = process.argv.slice(2);
  // Slow time makes the journal be written often, so that a kill can meet every moment of it.
  const downloads = downloadsFrom(hub, folder, { clock: fastClock(50) });
  const { state } = await downloadOnce(downloads, file);
  await downloads.close();
  process.exitCode = state === "done" ? 0 : 1;
}
