import * as z from "zod/mini";
import type { HostFailure, Message } from "../../../protocol/model-host.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EngineResult, OpenModel } from "../engine.ts";
import { type AnswerFrame, createAnswer, estimateTokens } from "../http/answer.ts";
import type { HttpClient } from "../http/http-client.ts";
import { streamAnswer } from "../http/remote-engine.ts";
import { chunkReader, infillReader } from "./answer-readers.ts";
import { chatBody, infillCall } from "./chat-request.ts";
import type { Served } from "./server-facts.ts";
import { Embeddings, Ranked, scoresOf, unitVectors } from "./vectors.ts";

const Rendered = z.object({ prompt: z.string() });
const Tokenized = z.object({ tokens: z.array(z.unknown()) });

const failed = (failure: HostFailure): { ok: false; failure: HostFailure } => ({ ok: false, failure });

/** A server says in many ways that this model, or the server as it was started, cannot do something. */
const isUnsupported = ({ code, detail }: HostFailure): boolean =>
  code === "not-supported" ||
  (code === "engine-rejected" &&
    ([404, 405, 501].includes(Number(detail["status"])) || /not (currently )?support/i.test(String(detail["reason"]))));

/** A model of a server that speaks OpenAI's dialect. Its memory is the server's business, so the lease is no more than a word. */
export const openaiModel = (
  http: HttpClient,
  clock: Clock,
  engine: string,
  served: Served & { readonly contextSize: number },
): OpenModel => {
  const { kind, model, contextSize } = served;
  const { abilities } = model;
  const unsupported = (ability: string) => failed({ code: "not-supported", detail: { name: model.name, ability } });
  const orUnsupported = (failure: HostFailure, ability: string) =>
    isUnsupported(failure) ? unsupported(ability) : failed(failure);
  const garbled = (reason: string) => failed({ code: "engine-garbled", detail: { engine, reason } });
  const answerTo = (frame: Omit<AnswerFrame, "contextSize">) => createAnswer({ ...frame, contextSize }, clock);

  /** As llama-server would read them: its template, then its tokens. */
  const exactCount = async (
    messages: readonly Message[],
    signal: AbortSignal,
  ): Promise<EngineResult<{ tokens: number }>> => {
    const rendered = await http.ask({ path: "/apply-template", body: { messages }, signal }, Rendered);
    if (!rendered.ok) return rendered;
    const body = { content: rendered.value.prompt, add_special: true, parse_special: true };
    const tokenized = await http.ask({ path: "/tokenize", body, signal }, Tokenized);
    return tokenized.ok ? { ok: true, tokens: tokenized.value.tokens.length } : tokenized;
  };

  return {
    model,
    contextSize,
    shortened: null,
    abilities,
    async count(messages, signal) {
      return abilities.exactCount ? exactCount(messages, signal) : { ok: true, tokens: estimateTokens(messages) };
    },
    async generate(request, onProgress, signal) {
      const { messages, format } = request;
      const answer = answerTo({ format: format.kind, promptTokens: estimateTokens(messages), onProgress });
      const call = { path: "/v1/chat/completions", body: chatBody(served, request), signal };
      return streamAnswer(http, call, chunkReader(engine, answer, onProgress), answer);
    },
    async infill(request, onProgress, signal) {
      const ability = "infill";
      if (!abilities.infill) return unsupported(ability);
      const promptTokens = estimateTokens([{ role: "user", content: request.prefix + request.suffix }]);
      const answer = answerTo({ format: "text", promptTokens, onProgress });
      const reader = kind === "llama-server" ? infillReader : chunkReader;
      const call = { ...infillCall(served, request), signal };
      const filled = await streamAnswer(http, call, reader(engine, answer, onProgress), answer);
      return filled.ok ? filled : orUnsupported(filled.failure, ability);
    },
    async embed(texts, signal) {
      const ability = "embeddings";
      if (kind === "ollama" && !abilities.embed) return unsupported(ability);
      if (texts.length === 0) return { ok: true, vectors: [], tokens: 0 };
      const body = { model: model.id, input: texts, encoding_format: "float" };
      const embedded = await http.ask({ path: "/v1/embeddings", body, signal }, Embeddings);
      if (!embedded.ok) return orUnsupported(embedded.failure, ability);
      const vectors = unitVectors(embedded.value, texts.length);
      if (!vectors) return garbled("embeddings are missing in it");
      return { ok: true, vectors, tokens: embedded.value.usage?.prompt_tokens ?? 0 };
    },
    async rank(query, documents, signal) {
      const ability = "rerank";
      if (kind === "ollama") return unsupported(ability);
      if (documents.length === 0) return { ok: true, scores: [], tokens: 0 };
      const body = { model: model.id, query, documents };
      const ranked = await http.ask({ path: "/v1/rerank", body, signal }, Ranked);
      if (!ranked.ok) return orUnsupported(ranked.failure, ability);
      const scores = scoresOf(ranked.value, documents.length);
      if (!scores) return garbled("scores are missing in it");
      const { usage } = ranked.value;
      return { ok: true, scores, tokens: usage?.prompt_tokens ?? usage?.total_tokens ?? 0 };
    },
    release() {},
  };
};
