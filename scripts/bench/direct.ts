// node-llama-cpp called directly, in a process of its own: what generation through the agent is compared with.
// Arguments: the model's file, the system prompt. Answers each message { text, maxTokens } with a DirectAnswer.
import { getLlama, LlamaChatSession, LlamaLogLevel } from "node-llama-cpp";

/** Milliseconds; `generationMs` runs from the first token to the last. `promptTokens`: those that were not in memory. */
export interface DirectAnswer {
  readonly promptTokens: number;
  readonly firstTokenMs: number;
  readonly generationMs: number;
  readonly tokens: number;
}

export interface DirectRequest {
  readonly text: string;
  readonly maxTokens: number;
}

const contextLimit = 8192;

const [modelPath = "", systemPrompt = ""] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  logLevel: LlamaLogLevel.error,
  maxThreads: 1,
});
const model = await llama.loadModel({ modelPath });
const contextSize = { max: Math.min(model.trainContextSize, contextLimit) };
const context = await model.createContext({ sequences: 1, threads: 1, contextSize });
const sequence = context.getSequence();
const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt });
const emptyHistory = session.getChatHistory();

const answer = async ({ text, maxTokens }: DirectRequest): Promise<DirectAnswer> => {
  session.setChatHistory(emptyHistory);
  const before = sequence.tokenMeter.getState();
  const startedAt = performance.now();
  let promptTokens = 0;
  let firstAt = 0;
  let lastAt = 0;
  let tokens = 0;
  await session.prompt(text, {
    maxTokens,
    temperature: 0,
    repeatPenalty: false,
    onResponseChunk: (chunk) => {
      lastAt = performance.now();
      if (firstAt === 0) {
        firstAt = lastAt;
        promptTokens = sequence.tokenMeter.diff(before).usedInputTokens;
      }
      tokens += chunk.tokens.length;
    },
  });
  return { promptTokens, firstTokenMs: firstAt - startedAt, generationMs: lastAt - firstAt, tokens };
};

process.on("message", async (request: DirectRequest) => process.send?.(await answer(request)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
