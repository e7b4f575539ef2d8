import type { Message, ToolSpec } from "../../../protocol/model-host.ts";
import type { GenerateRequest } from "../engine.ts";
import { plainSchema } from "../http/plain-schema.ts";

/** The tool whose arguments are the answer when the answer has to follow a schema. */
const answerTool = "answer";

const toolOf = ({ name, description, parameters }: ToolSpec): object => ({
  name,
  description,
  input_schema: plainSchema(parameters),
});

const toolsOf = ({ format, tools }: GenerateRequest): object => {
  switch (format.kind) {
    case "text":
      return tools.length === 0 ? {} : { tools: tools.map(toolOf) };
    case "json":
      return {
        tools: [{ name: answerTool, description: "Gives the answer.", input_schema: plainSchema(format.schema) }],
        tool_choice: { type: "tool", name: answerTool, disable_parallel_tool_use: true },
      };
    case "call":
      return { tools: format.tools.map(toolOf), tool_choice: { type: "any", disable_parallel_tool_use: true } };
  }
};

const contentOf = (messages: readonly Message[], isSystem: (role: Message["role"]) => boolean): Message[] =>
  messages.filter(({ role, content }) => isSystem(role) && content.trim() !== "");

/**
 * Body of /v1/messages. System messages become its `system`; empty ones are refused there and left out. A last message
 * of the assistant is gone on with, without its trailing space, by the models that allow it. There is no seed.
 */
export const messagesBody = (model: string, request: GenerateRequest): object => {
  const { messages, sampling } = request;
  const system = contentOf(messages, (role) => role === "system").map(({ content }) => content);
  const talk = contentOf(messages, (role) => role !== "system").map((message, index, all) =>
    message.role === "assistant" && index === all.length - 1
      ? { ...message, content: message.content.trimEnd() }
      : message,
  );
  const stop = sampling.stop.filter((text) => text.trim() !== "");
  return {
    model,
    max_tokens: sampling.maxTokens,
    temperature: Math.min(1, sampling.temperature),
    ...(system.length > 0 && { system: system.join("\n\n") }),
    messages: talk,
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...toolsOf(request),
    stream: true,
  };
};
