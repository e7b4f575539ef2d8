import { createHash } from "node:crypto";
import { join } from "node:path";
import { CapabilityCard } from "../../protocol/capability-card.ts";
import { parseJson } from "../../protocol/rpc.ts";
import type { Ports } from "../ports/ports.ts";

/** The cards of models that were measured on this machine, by fingerprint: one JSON file each. */
export interface Cards {
  get(fingerprint: string): CapabilityCard | null;
  /** Replaces the card of the same file. A disk that does not take it costs only the next measuring: the log says so. */
  save(card: CapabilityCard): Promise<void>;
}

/** The fingerprint of a file is hex; that of a server's model is any text, and may be no name for a file. */
const nameOf = (fingerprint: string): string =>
  `${/^[0-9a-f]{16,64}$/.test(fingerprint) ? fingerprint : createHash("sha256").update(fingerprint).digest("hex")}.json`;

/** Reads all cards of `folder`. A damaged one is left where it is, with a warning: measuring again replaces it. */
export const createCards = async ({ files, log }: Pick<Ports, "files" | "log">, folder: string): Promise<Cards> => {
  const cards = new Map<string, CapabilityCard>();
  const names = await files.list(folder).catch((error: unknown) => {
    log.warn(`cards: ${folder} cannot be read: ${String(error)}`);
    return [];
  });
  for (const name of names.filter((one) => one.endsWith(".json"))) {
    const path = join(folder, name);
    const text = await files.readText(path).catch((error: unknown) => String(error));
    const read = parseJson(CapabilityCard, text);
    if (read.ok) cards.set(read.value.fingerprint, read.value);
    else log.warn(`cards: ${path} is left out: ${read.issues.join("; ")}`);
  }
  return {
    get: (fingerprint) => cards.get(fingerprint) ?? null,
    async save(card) {
      cards.set(card.fingerprint, card);
      try {
        await files.makePrivateFolder(folder);
        await files.writeText(join(folder, nameOf(card.fingerprint)), `${JSON.stringify(card, null, 2)}\n`);
      } catch (error) {
        log.warn(`cards: the card of ${card.model} is not kept: ${String(error)}`);
      }
    },
  };
};
