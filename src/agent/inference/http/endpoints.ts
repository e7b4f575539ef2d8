import type { Clock } from "../../ports/clock.ts";

/** How one URL of an engine does. `latencyMs`: until the headers of the last quick question; null before one. */
export interface UrlHealth {
  readonly url: string;
  readonly healthy: boolean;
  readonly latencyMs: number | null;
}

/** The URLs of one engine, equal to each other, and which of them to try first. */
export interface Endpoints {
  /** Those that work first, each group in the user's order. */
  inOrder(): readonly string[];
  failed(url: string): void;
  worked(url: string, latencyMs: number | null): void;
  health(): UrlHealth[];
}

/** A URL that failed is tried last for so long. */
const penaltyMs = 30_000;

/** `urls` as the user wrote them, with or without `/v1`; they are told from each other and used without. */
export const createEndpoints = (urls: readonly string[], clock: Clock): Endpoints => {
  const bases = [...new Set(urls.map((url) => url.replace(/\/+$/, "").replace(/\/v1$/, "")))];
  const failedAt = new Map<string, number>();
  const latency = new Map<string, number>();
  const isHealthy = (url: string): boolean => {
    const at = failedAt.get(url);
    return at === undefined || clock.now() - at >= penaltyMs;
  };
  return {
    inOrder: () => [...bases.filter(isHealthy), ...bases.filter((url) => !isHealthy(url))],
    failed(url) {
      failedAt.set(url, clock.now());
    },
    worked(url, latencyMs) {
      failedAt.delete(url);
      if (latencyMs !== null) latency.set(url, latencyMs);
    },
    health: () => bases.map((url) => ({ url, healthy: isHealthy(url), latencyMs: latency.get(url) ?? null })),
  };
};
