// One way of choosing threads, in a process of its own so that a collapse can be ended from outside.
// Arguments: the model's file, the cores. Answers each ThreadsRequest with a ThreadsAnswer.
import { getLlama, LlamaLogLevel, type Token } from "node-llama-cpp";
import { createThreadGovernor } from "../../src/modelhost/llama/thread-governor.ts";

export interface ThreadsRequest {
  /** The threads to use, or "governed": whatever the governor says; it keeps what it learned from request to request. */
  readonly threads: number | "governed";
  /** Ends after this long, between two tokens. */
  readonly ms: number;
}

export interface ThreadsAnswer {
  readonly tokensPerSecond: number;
}

/** After this many tokens the context is begun anew, so that every way of choosing sees the same lengths. */
const longest = 256;

const [modelPath = "", cores = "1"] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  logLevel: LlamaLogLevel.error,
  maxThreads: Number(cores),
});
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ sequences: 1, threads: Number(cores), contextSize: 512 });
const sequence = context.getSequence();
const prompt = [5, 6, 7].map((id) => id as Token); // any tokens do: the weights are random
const governor = createThreadGovernor({ cores: Number(cores) });

const generate = async ({ threads, ms }: ThreadsRequest): Promise<ThreadsAnswer> => {
  const governed = threads === "governed";
  let tokens = 0;
  let spent = 0;
  while (spent < ms) {
    await sequence.clearHistory();
    llama.maxThreads = governed ? governor.threads : threads;
    let lastAt = 0;
    let length = 0;
    for await (const _ of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      const at = performance.now();
      // The first one also waited for the prompt.
      if (length++ > 0) {
        tokens++;
        spent += at - lastAt;
        if (governed) llama.maxThreads = governor.measured(1, at - lastAt);
      }
      lastAt = at;
      if (length > longest || spent >= ms) break;
    }
  }
  return { tokensPerSecond: (tokens / spent) * 1000 };
};

process.on("message", async (request: ThreadsRequest) => process.send?.(await generate(request)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
