// Remote engines inside the test's own process, with the real way out and a ledger that can be read.
import { createAnthropicEngine } from "../../src/agent/inference/anthropic/anthropic-engine.ts";
import type { Patience } from "../../src/agent/inference/http/limits.ts";
import { defaultPatience } from "../../src/agent/inference/http/limits.ts";
import type { RemoteEngine } from "../../src/agent/inference/http/remote-engine.ts";
import { createOpenAiEngine } from "../../src/agent/inference/openai/openai-engine.ts";
import { nodeClock } from "../../src/agent/ports/clock.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { createNet, type LedgerEntry, type Net } from "../../src/agent/ports/net.ts";
import type { Dialect } from "./model-dialects.ts";

export const silentLog = lineLog(() => undefined);

export interface RemoteOptions {
  readonly dialect: Dialect;
  readonly urls: readonly string[];
  readonly patience?: Partial<Patience>;
  readonly secret?: (origin: string) => Promise<string | null>;
  /** In place of the real one. */
  readonly net?: Net;
}

/** An engine with the id "remote" that may reach its URLs and nothing else. */
export const remoteEngine = (options: RemoteOptions): { engine: RemoteEngine; ledger: LedgerEntry[] } => {
  const { dialect, urls, secret = async () => null } = options;
  const ledger: LedgerEntry[] = [];
  const net = options.net ?? createNet(nodeClock, { record: (entry) => void ledger.push(entry) }, silentLog);
  net.allow({ engines: urls, hub: null, discovery: false });
  const kind = dialect === "anthropic" ? "anthropic" : "openai";
  const create = kind === "anthropic" ? createAnthropicEngine : createOpenAiEngine;
  const ports = { net, clock: nodeClock, log: silentLog };
  const engine = create({ id: "remote", kind, urls: [...urls] }, ports, secret, {
    ...defaultPatience,
    ...options.patience,
  });
  return { engine, ledger };
};
