// The critic as the agent asks it: the same models, the same role, in a home that is removed afterwards.
import { dirname, resolve } from "node:path";
import type { CriticWord } from "../../src/agent/checks/answer-facts.ts";
import { createLlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import { createModels } from "../../src/agent/models/models.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { createNet } from "../../src/agent/ports/net.ts";
import { nodePorts } from "../../src/agent/ports/ports.ts";
import { fileSecrets } from "../../src/agent/ports/secrets.ts";
import { ask } from "../../src/agent/roles/ask.ts";
import { type CriticInput, critic } from "../../src/agent/roles/critic.role.ts";
import { openStore } from "../../src/agent/store/store.ts";
import { defaultSettings } from "../../src/protocol/settings.ts";
import { createTestHome, hostProgram } from "../../test/support/test-home.ts";

export interface AskedCritic {
  /** "unavailable": it failed or was not understood. */
  ask(input: CriticInput): Promise<CriticWord | "unavailable">;
  close(): Promise<void>;
}

/** Opens a GGUF file, or a model that can be found by its id or name, as the critic. Rejects when it cannot judge. */
export const openCritic = async (model: string): Promise<AskedCritic> => {
  const home = createTestHome();
  const log = lineLog(() => undefined);
  const usual = nodePorts(dirname(hostProgram), log);
  const ports = { ...usual, places: { ...usual.places, data: home.data, runtime: home.runtime } };
  const store = await openStore(ports);
  const net = createNet(ports.clock, store.ledger, log);
  const parts = { ports, llama: createLlamaEngine(ports), net, secrets: fileSecrets(home.data), kept: null };
  const models = await createModels(parts);
  const close = async (): Promise<void> => {
    await models.close();
    store.close();
    await home.close();
  };
  const { signal } = new AbortController();
  const name = /[\\/]|\.gguf$/i.test(model) ? resolve(model) : model;
  models.useSettings({ ...defaultSettings, "model.path": name, "discover.engines": false });
  const found = await models.chain("critic", signal);
  const problem = found.ok
    ? found.chain[0]?.promptStyle === "skill-word" && `${model} knows one-word skills alone and cannot judge.`
    : found.failure.message;
  if (!found.ok || problem) {
    await close();
    throw new Error(String(problem));
  }
  const context = {
    ...{ chain: found.chain.slice(0, 1), engineOf: models.engineOf, settings: found.settings, workspace: null },
    ...{ emit: () => undefined, onModel: () => undefined },
  };
  return {
    async ask(input) {
      const request = {
        ...{ input, history: [], partial: "", temperature: null, seed: 1 },
        onText: () => undefined,
      };
      const asked = await ask(critic, request, context, signal);
      return asked.ok ? asked.value : "unavailable";
    },
    close,
  };
};
