// What model servers of several kinds answer, as far as Trivium asks them: the scripted answers in each one's words.
import { type ScriptedAnswer, scriptedAnswers, scriptedInfill } from "../../scripts/gguf/scripted-answers.ts";

export type Dialect = "llama-server" | "ollama" | "vllm" | "anthropic";

/** A request as it came in. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** What a request is answered with: JSON with its status, or the events of a stream, without end for some. */
export type Reply = { status: number; json: unknown } | { events: Iterable<string> };

export const servedModel = "scripted";

/** A keyword of this server's own: the model thinks before it answers. */
const thinkKeyword = "KW_THINK";
const thinkAnswer = { thought: "Let me think.", text: "I thought." };

const calledArguments = { path: "a.txt" };

interface Plan {
  readonly thoughts: readonly string[];
  readonly pieces: Iterable<string>;
  readonly call: { readonly name: string; readonly arguments: string } | null;
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}; // JSON objects have string keys
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const lastText = ({ body }: Asked): string => String(record(list(body["messages"]).at(-1))["content"] ?? "");

/** As a server does it: the text up to a stop string, in at most so many tokens. */
function* cut(
  answer: Pick<ScriptedAnswer, "pieces" | "endless">,
  stops: readonly string[],
  most: number,
): Generator<string> {
  let text = "";
  let count = 0;
  do {
    for (const piece of answer.pieces) {
      if (count === most) return;
      const stop = stops.map((one) => (text + piece).indexOf(one)).find((at) => at >= 0);
      if (stop !== undefined) {
        const left = piece.slice(0, Math.max(0, stop - text.length));
        if (left !== "") yield left;
        return;
      }
      text += piece;
      count += 1;
      yield piece;
    }
  } while (answer.endless);
}

/** Name of the tool that the request demands a call of. */
const demandedTool = ({ body }: Asked): string | null => {
  const choice = body["tool_choice"];
  const demanded = choice === "required" || ["any", "tool"].includes(String(record(choice)["type"]));
  const [tool] = list(body["tools"]).map(record);
  if (!demanded || !tool) return null;
  return String(record(choice)["name"] ?? record(tool["function"])["name"] ?? tool["name"]);
};

const planOf = (asked: Asked): Plan => {
  const { body } = asked;
  const tool = demandedTool(asked);
  if (tool === "answer") return { thoughts: [], pieces: [], call: { name: tool, arguments: '{"ok": true}' } };
  if (tool) return { thoughts: [], pieces: [], call: { name: tool, arguments: JSON.stringify(calledArguments) } };
  if (body["response_format"]) return { thoughts: [], pieces: ['{"ok":', " true}"], call: null };
  const text = lastText(asked);
  const thinks = text.includes(thinkKeyword);
  const scripted = scriptedAnswers.find(({ keyword }) => keyword && text.includes(keyword)) ?? scriptedAnswers[0];
  const answer = thinks || !scripted ? { pieces: [thinkAnswer.text], endless: false } : scripted;
  const stops = list(body["stop"] ?? body["stop_sequences"]).map(String);
  const most = Number(body["max_tokens"] ?? 10_000);
  return { thoughts: thinks ? [thinkAnswer.thought] : [], pieces: cut(answer, stops, most), call: null };
};

/** A whole answer as an OpenAI-compatible server streams it. */
export function* textEvents(pieces: readonly string[]): Generator<string> {
  const chunk = (delta: object, finish: string | null = null): string =>
    event({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] });
  for (const content of pieces) yield chunk({ content });
  yield chunk({}, "stop");
  yield event({ choices: [], usage: { prompt_tokens: promptTokens, completion_tokens: pieces.length } });
  yield "data: [DONE]\n\n";
}

const promptTokens = 7;
const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** Half of the text and the rest, as tool arguments come. */
const halves = (text: string): [string, string] => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];

function* chatEvents(asked: Asked): Generator<string> {
  const { thoughts, pieces, call } = planOf(asked);
  const most = Number(asked.body["max_tokens"]);
  const logprobs = asked.body["logprobs"] ? { content: [{ token: "x", logprob: Math.log(0.5) }] } : null;
  const chunk = (delta: object, finish: string | null = null): string =>
    event({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish, logprobs }] });
  yield ": a comment keeps the line open\n\n";
  yield chunk({ role: "assistant", content: null });
  for (const thought of thoughts) yield chunk({ reasoning_content: thought });
  let tokens = 0;
  for (const piece of pieces) {
    yield chunk({ content: piece });
    tokens += 1;
  }
  if (call) {
    const [first, second] = halves(call.arguments);
    const head = { id: "call_1", type: "function", function: { name: call.name, arguments: "" } };
    yield chunk({ tool_calls: [{ index: 0, ...head }] });
    yield chunk({ tool_calls: [{ index: 0, function: { arguments: first } }] });
    yield chunk({ tool_calls: [{ index: 0, function: { arguments: second } }] });
    tokens += 3;
  }
  yield chunk({}, call ? "tool_calls" : tokens === most ? "length" : "stop");
  const usage = { prompt_tokens: promptTokens, completion_tokens: tokens, prompt_tokens_details: { cached_tokens: 3 } };
  yield event({ choices: [], usage });
  yield "data: [DONE]\n\n";
}

function* messagesEvents(asked: Asked): Generator<string> {
  const { thoughts, pieces, call } = planOf(asked);
  const most = Number(asked.body["max_tokens"]);
  const named = (type: string, fields: object): string => `event: ${type}\n${event({ type, ...fields })}`;
  const begin = (index: number, block: object) => named("content_block_start", { index, content_block: block });
  const delta = (index: number, change: object) => named("content_block_delta", { index, delta: change });
  const usage = { input_tokens: promptTokens - 3, cache_read_input_tokens: 3, output_tokens: 1 };
  yield named("message_start", { message: { id: "m", usage } });
  yield named("ping", {});
  let tokens = 0;
  for (const thought of thoughts) yield delta(0, { type: "thinking_delta", thinking: thought });
  if (!call) yield begin(0, { type: "text", text: "" });
  for (const piece of pieces) {
    yield delta(0, { type: "text_delta", text: piece });
    tokens += 1;
  }
  if (call) {
    const [first, second] = halves(call.arguments);
    yield begin(1, { type: "tool_use", id: "toolu_1", name: call.name, input: {} });
    yield delta(1, { type: "input_json_delta", partial_json: first });
    yield delta(1, { type: "input_json_delta", partial_json: second });
    tokens += 2;
  }
  const reason = call ? "tool_use" : tokens === most ? "max_tokens" : "end_turn";
  yield named("message_delta", { delta: { stop_reason: reason }, usage: { output_tokens: tokens } });
  yield named("message_stop", {});
}

function* infillEvents(): Generator<string> {
  for (const content of scriptedInfill) yield event({ content, stop: false });
  const counts = { tokens_evaluated: promptTokens, tokens_predicted: scriptedInfill.length };
  yield event({ content: "", stop: true, stop_type: "eos", ...counts });
}

function* completionEvents(): Generator<string> {
  for (const text of scriptedInfill) yield event({ choices: [{ index: 0, text, finish_reason: null }] });
  yield event({ choices: [{ index: 0, text: "", finish_reason: "stop" }] });
  yield "data: [DONE]\n\n";
}

const ok = (json: unknown): Reply => ({ status: 200, json });
const refused = (status: number, error: unknown): Reply => ({ status, json: { error } });

const embeddings = ({ body }: Asked): Reply =>
  ok({
    data: list(body["input"]).map((text, index) => ({ index, embedding: [String(text).length, 3, 4] })),
    usage: { prompt_tokens: promptTokens },
  });

/** Raw scores, as rerankers give them: how many of the query's words the document has. The order is not the documents'. */
const rerank = ({ body }: Asked): Reply => {
  const query = String(body["query"]).split(" ");
  const scoreOf = (text: unknown): number => query.filter((word) => String(text).includes(word)).length * 4 - 3;
  const results = list(body["documents"]).map((text, index) => ({ index, relevance_score: scoreOf(text) }));
  return ok({ results: results.sort((a, b) => b.relevance_score - a.relevance_score), usage: { total_tokens: 9 } });
};

type Routes = Readonly<Record<string, (asked: Asked) => Reply>>;

const openaiRoutes: Routes = {
  "/v1/chat/completions": (asked) => ({ events: chatEvents(asked) }),
  "/v1/embeddings": embeddings,
};

const listed = (entry: object): Reply => ok({ object: "list", data: [{ id: servedModel, object: "model", ...entry }] });
const isKnown = (asked: Asked): boolean => asked.body["model"] === servedModel;

const routes: Readonly<Record<Dialect, Routes>> = {
  "llama-server": {
    ...openaiRoutes,
    "/props": () => ok({ default_generation_settings: { n_ctx: 4096 }, chat_template_caps: { supports_tools: true } }),
    "/v1/models": () => listed({ owned_by: "llamacpp", meta: { n_ctx_train: 32_768, size: 1234 } }),
    "/apply-template": ({ body }) =>
      ok({
        prompt: list(body["messages"])
          .map((one) => `<|${record(one)["role"]}|>${record(one)["content"]}`)
          .join(""),
      }),
    "/tokenize": ({ body }) => ok({ tokens: (String(body["content"]).match(/\S+/g) ?? []).map((_, index) => index) }),
    "/infill": () => ({ events: infillEvents() }),
    "/v1/rerank": rerank,
  },
  ollama: {
    ...openaiRoutes,
    "/api/show": (asked) =>
      isKnown(asked)
        ? ok({
            capabilities: ["completion", "tools", "insert", "embedding"],
            model_info: { "general.architecture": "llama", "llama.context_length": 131_072 },
          })
        : refused(404, "model not found"),
    "/api/tags": () => ok({ models: [{ name: servedModel, size: 1234 }] }),
    "/api/generate": () => ok({ done: true, done_reason: "load" }),
    "/api/ps": () => ok({ models: [{ name: servedModel, context_length: 4096 }] }),
    "/v1/models": () => listed({ owned_by: "library" }),
    "/v1/completions": () => ({ events: completionEvents() }),
  },
  vllm: {
    ...openaiRoutes,
    "/v1/models": () => listed({ owned_by: "vllm", max_model_len: 4096 }),
    "/v1/completions": () => refused(400, { message: "suffix is not currently supported", code: 400 }),
    "/v1/rerank": rerank,
  },
  anthropic: {
    [`/v1/models/${servedModel}`]: () => ok({ type: "model", id: servedModel, display_name: "Scripted" }),
    "/v1/models": () => ok({ data: [{ id: servedModel, display_name: "Scripted" }] }),
    "/v1/messages": (asked) => ({ events: messagesEvents(asked) }),
  },
};

/** What a well-behaved server of this dialect answers. */
export const replyTo = (dialect: Dialect, asked: Asked): Reply => {
  const route = routes[dialect][new URL(asked.path, "http://localhost").pathname];
  return route ? route(asked) : refused(404, { message: "Not Found", code: 404 });
};
