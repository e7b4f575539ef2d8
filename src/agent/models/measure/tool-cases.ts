import * as z from "zod/mini";
import type { JsonSchema, ToolSpec } from "../../../protocol/model-host.ts";
import { parseJson } from "../../../protocol/rpc.ts";
import { type Answer, withoutFence } from "./judge.ts";

const schemas = {
  read_file: z.strictObject({ path: z.string() }),
  write_file: z.strictObject({ path: z.string(), text: z.string() }),
  search_text: z.strictObject({ text: z.string() }),
  run_command: z.strictObject({ command: z.string() }),
};

const descriptions: Readonly<Record<keyof typeof schemas, string>> = {
  read_file: "Gives the content of one file.",
  write_file: "Writes a text into a file.",
  search_text: "Finds all lines of the project that contain a text.",
  run_command: "Runs a command in the terminal.",
};

const names = Object.keys(schemas) as (keyof typeof schemas)[]; // Object.keys forgets the literal keys
const parametersOf = (name: keyof typeof schemas): JsonSchema => ({ ...z.toJSONSchema(schemas[name]) });

export const tools: readonly ToolSpec[] = names.map((name) => ({
  name,
  description: descriptions[name],
  parameters: parametersOf(name),
}));

/** Names the tools and their arguments, for models whose server does not do it. */
export const toolPrompt = [
  "Call the one tool that does what is asked for. Write only the call, as JSON:",
  '{"name": "<tool>", "arguments": {…}}',
  ...names.map((name) => `${name}(${Object.keys(schemas[name].shape).join(", ")}): ${descriptions[name]}`),
].join("\n");

const Call = z.object({ name: z.string(), arguments: z.unknown() });

/** Whether the answer calls this tool with arguments that its schema accepts, one of which contains the text. */
export const isCallOf = ({ calls, text }: Answer, tool: string, argument: string): boolean => {
  const schema = names.includes(tool as keyof typeof schemas) ? schemas[tool as keyof typeof schemas] : null; // looked up just here
  if (!schema) throw new Error(`there is no tool ${tool}`);
  const made = calls[0];
  const written = made ? null : parseJson(Call, withoutFence(text));
  const name = made?.name ?? (written?.ok ? written.value.name : null);
  const given = made?.arguments ?? (written?.ok ? JSON.stringify(written.value.arguments) : "");
  const read = parseJson(schema, given ?? "");
  return name === tool && read.ok && Object.values(read.value).some((value) => value.includes(argument));
};
