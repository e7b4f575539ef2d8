import type { HostFailure } from "../../protocol/model-host.ts";
import type { EngineState, InstalledModel } from "../../protocol/models.ts";
import type { EngineConfig } from "../../protocol/profile.ts";
import { failureOf } from "../failures.ts";
import { createAnthropicEngine } from "../inference/anthropic/anthropic-engine.ts";
import type { RemoteEngine } from "../inference/http/remote-engine.ts";
import { createOpenAiEngine } from "../inference/openai/openai-engine.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Net } from "../ports/net.ts";
import type { Secrets } from "../ports/secrets.ts";
import { discoverEngines } from "./discovery/engines.ts";

/** A model that a server offers, under the server's own name for it. */
export interface ServerModel {
  readonly engine: string;
  readonly model: string;
  readonly sizeBytes: number | null;
  readonly can: NonNullable<InstalledModel["can"]>;
}

export interface EngineTableParts {
  readonly net: Net;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Secrets;
}

/** What the user allows: the servers of the settings and of the profile, the hub, and looking around on this machine. */
export interface EngineRules {
  readonly engines: readonly EngineConfig[];
  readonly hub: string;
  readonly discover: boolean;
}

/** The servers that run models: those the user set up, and those found on this machine. */
export interface EngineTable {
  use(rules: EngineRules): void;
  engine(id: string): RemoteEngine | null;
  config(id: string): EngineConfig | null;
  states(): EngineState[];
  models(): ServerModel[];
  /** Asks all servers what they have, and looks for others on this machine. Never rejects but for the signal. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Asks this one again, for example with another key. Never rejects but for the signal. */
  askAgain(id: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly config: EngineConfig;
  readonly name: string;
  readonly found: boolean;
  readonly engine: RemoteEngine;
  models: readonly ServerModel[];
  problem: HostFailure | null;
  asked: boolean;
  hasKey: boolean;
}

const listPatienceMs = 4_000;

export const originOf = (url: string): string => new URL(url).origin;

export const createEngineTable = ({ net, clock, log, secrets }: EngineTableParts): EngineTable => {
  let rules: EngineRules = { engines: [], hub: "", discover: false };
  let configured: Entry[] = [];
  let found: Entry[] = [];

  const entries = (): Entry[] => [...configured, ...found];

  const entryOf = (config: EngineConfig, name: string, wasFound: boolean): Entry => {
    const secret = (origin: string): Promise<string | null> =>
      wasFound ? Promise.resolve(null) : secrets.get({ engine: config.id, origin });
    const create = config.kind === "anthropic" ? createAnthropicEngine : createOpenAiEngine;
    const engine = create(config, { net, clock, log }, secret);
    return { config, name, found: wasFound, engine, models: [], problem: null, asked: false, hasKey: false };
  };

  const allow = (): void =>
    net.allow({
      engines: entries().flatMap(({ config }) => config.urls),
      hub: rules.hub === "" ? null : rules.hub,
      discovery: rules.discover,
    });

  const ask = async (entry: Entry, signal: AbortSignal): Promise<void> => {
    const { config } = entry;
    entry.hasKey = await hasKey(entry);
    const listed = await listModels(entry, signal);
    entry.asked = true;
    entry.problem = listed.ok ? null : listed.failure;
    if (!listed.ok) return;
    entry.models = listed.models.map(({ id, sizeBytes, abilities: { chat, infill, embed, rank } }) => ({
      engine: config.id,
      model: id,
      sizeBytes,
      can: { chat, infill, embed, rank },
    }));
  };

  /** Who asks for a list does not wait as long as who asks for an answer. */
  const listModels = async ({ config, engine }: Entry, signal: AbortSignal): ReturnType<RemoteEngine["listModels"]> => {
    try {
      return await engine.listModels(AbortSignal.any([signal, AbortSignal.timeout(listPatienceMs)]));
    } catch (error) {
      if (signal.aborted) throw error;
      const detail = { engine: config.id, seconds: listPatienceMs / 1000 };
      return { ok: false, failure: { code: "engine-timeout", detail } };
    }
  };

  const hasKey = async ({ config, found: wasFound }: Entry): Promise<boolean> => {
    if (wasFound) return false;
    const keys = config.urls.map((url) => secrets.get({ engine: config.id, origin: originOf(url) }));
    const known = await Promise.all(keys).catch((error: unknown) => {
      log.warn(`the key of ${config.id} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    });
    return known.some((key) => key !== null);
  };

  const discover = async (signal: AbortSignal): Promise<void> => {
    const asked = rules.discover ? await discoverEngines(net, signal) : [];
    // The rules may have changed meanwhile: what they are now holds.
    const servers = rules.discover ? asked : [];
    const known = new Set(configured.flatMap(({ config }) => config.urls.map(originOf)));
    const taken = new Set(configured.map(({ config }) => config.id));
    found = servers
      .filter(({ url, id }) => !known.has(originOf(url)) && !taken.has(id))
      .map(({ id, name, url }) => {
        const same = found.find(({ config }) => config.id === id);
        return same ?? entryOf({ id, kind: "openai", urls: [url] }, name, true);
      });
    allow();
  };

  return {
    use(next) {
      const kept = new Map(configured.map((entry) => [JSON.stringify(entry.config), entry]));
      const unique = next.engines.filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at);
      rules = next;
      configured = unique.map((config) => kept.get(JSON.stringify(config)) ?? entryOf(config, config.id, false));
      if (!next.discover) found = [];
      allow();
    },
    engine: (id) => entries().find(({ config }) => config.id === id)?.engine ?? null,
    config: (id) => configured.find(({ config }) => config.id === id)?.config ?? null,
    states: () => entries().map(stateOf),
    models: () => entries().flatMap(({ models }) => models),
    async refresh(signal) {
      await discover(signal);
      await Promise.all(entries().map((entry) => ask(entry, signal)));
    },
    async askAgain(id, signal) {
      const entry = configured.find(({ config }) => config.id === id);
      if (entry) await ask(entry, signal);
    },
    async close() {
      await Promise.all(entries().map(({ engine }) => engine.close()));
    },
  };
};

const stateOf = ({ config, name, found, engine, models, problem, asked, hasKey }: Entry): EngineState => {
  const best = engine.health().find(({ healthy }) => healthy);
  return {
    id: config.id,
    name,
    kind: config.kind,
    urls: config.urls,
    found,
    health: !asked ? "unknown" : problem === null ? "healthy" : "unreachable",
    latencyMs: best?.latencyMs ?? null,
    models: models.length,
    hasKey,
    problem: problem && failureOf(problem),
  };
};
