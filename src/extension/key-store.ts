import type * as vscode from "vscode";
import { EngineConfig } from "../protocol/profile.ts";

/** Where a key may be sent: one engine, one origin (scheme, host and port). */
interface KeyPlace {
  readonly engine: string;
  readonly origin: string;
}

export const storageKey = ({ engine, origin }: KeyPlace): string => `engine:${engine}@${origin}`;

/** The engine whose key is stored under this name; null for what is no engine's key. */
export const engineOfKey = (storage: string): string | null => /^engine:([^@]+)@/.exec(storage)?.[1] ?? null;

/** The key for exactly this engine and origin, or null. A text that is not an origin as browsers write it has none. */
export const readEngineKey = async (secrets: vscode.SecretStorage, place: KeyPlace): Promise<string | null> => {
  const known = EngineConfig.shape.id.safeParse(place.engine).success && originOf(place.origin) === place.origin;
  return known ? ((await secrets.get(storageKey(place))) ?? null) : null;
};

export const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
