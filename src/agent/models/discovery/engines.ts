import * as z from "zod/mini";
import type { discoveryPorts, Net } from "../../ports/net.ts";
import { readJson } from "../../ports/read-json.ts";

/** A server on this machine that runs models. `url` is its origin, `models` its own names of what it has. */
export interface FoundEngine {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly models: readonly string[];
}

/** How one kind of server is asked for its models, at the port where it listens unless told otherwise. */
interface Probe {
  readonly id: string;
  readonly name: string;
  /** One of those that the way out leads to. */
  readonly port: (typeof discoveryPorts)[number];
  readonly path: string;
  readonly modelNames: (answer: unknown) => string[] | null;
}

const Tags = z.object({ models: z.array(z.object({ name: z.string() })) });
const Listed = z.object({ data: z.array(z.object({ id: z.string() })) });

const listedIds = (answer: unknown): string[] | null => Listed.safeParse(answer).data?.data.map(({ id }) => id) ?? null;
const tagNames = (answer: unknown): string[] | null =>
  Tags.safeParse(answer).data?.models.map(({ name }) => name) ?? null;

const openai = { path: "/v1/models", modelNames: listedIds } as const;

const probes: readonly Probe[] = [
  { id: "ollama", name: "Ollama", port: 11434, path: "/api/tags", modelNames: tagNames },
  { id: "llama-server", name: "llama-server", port: 8080, ...openai },
  { id: "lm-studio", name: "LM Studio", port: 1234, ...openai },
  { id: "vllm", name: "vLLM", port: 8000, ...openai },
  { id: "sglang", name: "SGLang", port: 30000, ...openai },
];

/** A server on the same machine answers at once; what does not is busy with something else or no engine. */
const patienceMs = 1_000;
const mostBytes = 2_000_000;
const mostModels = 1_000;

const ask = async (net: Net, probe: Probe, signal: AbortSignal): Promise<FoundEngine | null> => {
  const url = `http://127.0.0.1:${probe.port}`;
  const headers = { accept: "application/json" };
  const request = { url: url + probe.path, method: "GET", headers, body: null, purpose: "discovery", signal } as const;
  const sent = await net.send(request);
  if (!sent.ok) return null;
  const answer = await readJson(sent.response.body, mostBytes);
  const models = sent.response.status === 200 ? probe.modelNames(answer) : null;
  return models && { id: probe.id, name: probe.name, url, models: models.slice(0, mostModels) };
};

/**
 * The engines that listen at their usual ports of this machine's loopback address. Anything else that listens there,
 * answers something else or does not answer within a second counts as none. Rejects only with the signal's reason.
 */
export const discoverEngines = async (net: Net, signal: AbortSignal): Promise<FoundEngine[]> => {
  const found = await Promise.all(
    probes.map((probe) =>
      ask(net, probe, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])).catch(() => null),
    ),
  );
  signal.throwIfAborted();
  return found.filter((engine) => engine !== null);
};
