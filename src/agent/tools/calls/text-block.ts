// For models whose template knows no tools: calls are fenced blocks in plain text, in a format of our own.
import type { ToolSpec } from "../../../protocol/model-host.ts";
import type { CallFamily, ParsedCall } from "./family.ts";
import { callBlock } from "./forms.ts";

/** Reads what `describeTools` asks for. */
export const textBlockFamily: CallFamily = {
  ...{ name: "text-block", models: [], opening: "<think>\n", frames: [], forms: [callBlock] },
  thoughts: [{ open: "<think>", close: "</think>" }],
};

/** The words that teach a model the format, with the tools it may call. */
export const describeTools = (tools: readonly ToolSpec[]): string =>
  [
    "You can call tools. To call one, write a block like this, and nothing after it:",
    "```call\n" + '{"name": "NAME", "arguments": {}}' + "\n```",
    "The result comes in the next message. Tools, each with the JSON schema of its arguments:",
    ...tools.map(({ name, description, parameters }) => `- ${name}: ${description}\n  ${JSON.stringify(parameters)}`),
  ].join("\n");

/** A call as such a model would have written it, for the history. */
export const writeCall = ({ name, text }: Pick<ParsedCall, "name" | "text">): string =>
  `\`\`\`call\n{"name": ${JSON.stringify(name)}, "arguments": ${text}}\n\`\`\``;
