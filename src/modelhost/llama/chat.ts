import type { ChatHistoryItem, ChatWrapper, LlamaGrammar, LlamaModel, Token } from "node-llama-cpp";
import type { Message } from "../../protocol/model-host.ts";
import type { ChatWork, Generated, HostResult } from "../loaded-model.ts";
import { type Generator, generate, samplingOptions } from "./generate.ts";

/** Messages as the library wants them, and as the tokens of the model's own template. */
export interface RenderedChat {
  readonly tokens: Token[];
  readonly history: ChatHistoryItem[];
}

/** Renders with the opening of the assistant's answer; a last message of the assistant stays open. */
export const renderChat = (model: LlamaModel, wrapper: ChatWrapper, messages: readonly Message[]): RenderedChat => {
  const history = toHistory(messages);
  const { contextText } = wrapper.generateContextState({ chatHistory: history });
  return { tokens: contextText.tokenize(model.tokenizer), history };
};

const toHistory = (messages: readonly Message[]): ChatHistoryItem[] => {
  const history = messages.map((message): ChatHistoryItem => {
    if (message.role === "assistant") return { type: "model", response: [message.content] };
    return { type: message.role, text: message.content };
  });
  return history.at(-1)?.type === "model" ? history : [...history, { type: "model", response: [] }];
};

/** Generates the assistant's message under `grammar`, or freely when it is null. */
export const generateChat = (
  generator: Generator,
  { tokens, history }: RenderedChat,
  work: Pick<ChatWork, "sampling" | "report" | "signal" | "stateKey">,
  grammar: LlamaGrammar | null,
): Promise<HostResult<Generated>> =>
  generate(
    generator,
    { tokens, use: "chat", stateKey: work.stateKey },
    work,
    async ({ chat }, { maxTokens, meter }) => {
      const response = await chat.generateResponse(history, {
        ...samplingOptions(work.sampling),
        ...(grammar && { grammar }),
        maxTokens,
        signal: work.signal,
        // The history is sent exactly as given: what does not fit is an error before this, never dropped here.
        contextShift: { size: 1 },
        lastEvaluationContextWindow: { history, minimumOverlapPercentageToPreventContextShift: 0 },
        onResponseChunk: (chunk) => {
          meter.output(chunk.tokens.length);
          const thought = chunk.type === "segment" && chunk.segmentType === "thought";
          if (chunk.text.length === 0 || (chunk.type === "segment" && !thought)) return;
          work.report({ kind: "chunk", text: thought ? "" : chunk.text, thought: thought ? chunk.text : "" });
        },
      });
      return response.metadata.stopReason;
    },
  );
