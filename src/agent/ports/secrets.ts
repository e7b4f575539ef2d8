import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../protocol/rpc.ts";
import { writeWhole } from "./write-whole.ts";

/** Which key: the engine's id, and the origin that it was stored for and may be sent to. */
export interface SecretName {
  readonly engine: string;
  readonly origin: string;
}

/** Keys of engines, asked for when a request needs one. They are in no setting, log, prompt or export. */
export interface Secrets {
  /** null: there is none. Rejects when they cannot be read. */
  get(name: SecretName): Promise<string | null>;
}

/** Secrets that this program keeps itself. `set` replaces. */
export interface KeptSecrets extends Secrets {
  set(name: SecretName, secret: string): Promise<void>;
  /** False when there was none. */
  remove(name: SecretName): Promise<boolean>;
  list(): Promise<SecretName[]>;
}

const Entry = z.object({ engine: z.string(), origin: z.string(), iv: z.string(), tag: z.string(), text: z.string() });
const Content = z.object({ version: z.literal(1), entries: z.array(Entry) });
type Entry = z.infer<typeof Entry>;

const keyBytes = 32;
const ivBytes = 12;

/** What the text is bound to: an entry that is moved to another engine or origin does not open there. */
const boundTo = ({ engine, origin }: SecretName): Buffer => Buffer.from(JSON.stringify([engine, origin]));
const isFor =
  ({ engine, origin }: SecretName) =>
  (entry: SecretName): boolean =>
    entry.engine === engine && entry.origin === origin;

const seal = (name: SecretName, secret: string, key: Buffer): Entry => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(boundTo(name));
  const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]).toString("base64");
  const { engine, origin } = name;
  return { engine, origin, iv: iv.toString("base64"), tag: cipher.getAuthTag().toString("base64"), text };
};

const unseal = (entry: Entry, key: Buffer): string => {
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(entry.iv, "base64"))
    .setAAD(boundTo(entry))
    .setAuthTag(Buffer.from(entry.tag, "base64"));
  return Buffer.concat([decipher.update(Buffer.from(entry.text, "base64")), decipher.final()]).toString("utf8");
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

const readOrNull = async (path: string): Promise<Buffer | null> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
};

/**
 * Secrets in an encrypted file of the folder, for programs without an editor: AES-256-GCM under a random key in a file
 * beside it, both readable by this user alone. It keeps keys out of backups and searches of settings; whoever can read
 * all of this user's files can read them. In an editor its own secret storage is used instead.
 */
export const fileSecrets = (folder: string): KeptSecrets => {
  const keyPath = join(folder, "secrets.key");
  const path = join(folder, "secrets.json");

  const readKey = async (): Promise<Buffer> => {
    const known = await readOrNull(keyPath);
    if (known?.length === keyBytes) return known;
    if (known) throw new Error(`${keyPath} is damaged; delete it and ${path}, then store the keys again`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Two programs may make the first key at the same moment: the one that comes second takes the other's.
    await writeFile(keyPath, randomBytes(keyBytes), { flag: "wx", mode: 0o600, flush: true }).catch(
      (error: unknown) => {
        if (!hasCode(error, "EEXIST")) throw error;
      },
    );
    return readKey();
  };

  const readEntries = async (): Promise<Entry[]> => {
    const text = await readOrNull(path);
    if (!text) return [];
    const content = parseJson(Content, text.toString("utf8"));
    if (!content.ok) throw new Error(`${path} is damaged (${content.issues[0]}); delete it, then store the keys again`);
    return content.value.entries;
  };

  const write = (entries: readonly Entry[]): Promise<void> =>
    writeWhole(path, `${JSON.stringify({ version: 1, entries })}\n`);

  return {
    async get(name) {
      const entry = (await readEntries()).find(isFor(name));
      return entry ? unseal(entry, await readKey()) : null;
    },
    async set(name, secret) {
      const sealed = seal(name, secret, await readKey());
      const others = (await readEntries()).filter((entry) => !isFor(name)(entry));
      await write([...others, sealed]);
    },
    async remove(name) {
      const entries = await readEntries();
      const others = entries.filter((entry) => !isFor(name)(entry));
      if (others.length === entries.length) return false;
      await write(others);
      return true;
    },
    list: async () => (await readEntries()).map(({ engine, origin }) => ({ engine, origin })),
  };
};
