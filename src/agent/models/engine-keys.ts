import * as l10n from "@vscode/l10n";
import { failure, failureOf, type Result } from "../failures.ts";
import type { KeptSecrets, SecretName } from "../ports/secrets.ts";
import { type EngineTable, originOf } from "./engine-table.ts";

/** Keys of engines, where this program keeps them itself. In an editor they are in its own secret storage. */
export interface EngineKeys {
  /** Stores the key for every origin of the engine; replaces one that is there. */
  set(engine: string, key: string): Promise<Result<object>>;
  remove(engine: string): Promise<Result<object>>;
  list(): Promise<Result<{ keys: SecretName[] }>>;
  /** Asks the engine for its models with the stored key. */
  test(engine: string, signal: AbortSignal): Promise<Result<object>>;
}

/** Keys are one line of visible characters; anything else was pasted by mistake, or would break out of a header. */
const isKey = (text: string): boolean => /^[\x21-\x7e]{4,4096}$/.test(text);

export interface EngineKeysParts {
  readonly table: EngineTable;
  readonly kept: KeptSecrets | null;
  /** Resolves when the table has the servers of the profile, too. */
  readonly ready: () => Promise<unknown>;
}

export const createEngineKeys = ({ table, kept, ready }: EngineKeysParts): EngineKeys => {
  const guarded = async <T extends object>(work: (secrets: KeptSecrets) => Promise<Result<T>>): Promise<Result<T>> => {
    if (!kept) return { ok: false, failure: failure("secret-failed", { reason: l10n.t("the editor keeps them") }) };
    try {
      await ready();
      return await work(kept);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, failure: failure("secret-failed", { reason }) };
    }
  };
  const originsOf = (engine: string): string[] => [...new Set(table.config(engine)?.urls.map(originOf) ?? [])];
  const unknown = (engine: string) => ({
    ok: false as const,
    failure: failure("engine-unknown", { id: engine }),
  });

  return {
    set: (engine, key) =>
      guarded<object>(async (secrets) => {
        const origins = originsOf(engine);
        if (origins.length === 0) return unknown(engine);
        if (!isKey(key)) return { ok: false, failure: failure("secret-failed", { reason: l10n.t("this is no key") }) };
        for (const origin of origins) await secrets.set({ engine, origin }, key);
        return { ok: true };
      }),
    remove: (engine) =>
      guarded<object>(async (secrets) => {
        const names = (await secrets.list()).filter((name) => name.engine === engine);
        if (names.length === 0) return { ok: false, failure: failure("engine-key", { engine }) };
        for (const name of names) await secrets.remove(name);
        return { ok: true };
      }),
    list: () => guarded(async (secrets) => ({ ok: true, keys: await secrets.list() })),
    async test(engine, signal) {
      await ready();
      const server = table.engine(engine);
      if (!server) return unknown(engine);
      const listed = await server.listModels(signal);
      return listed.ok ? { ok: true } : { ok: false, failure: failureOf(listed.failure) };
    },
  };
};
