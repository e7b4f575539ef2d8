import * as z from "zod/mini";
import type { JsonSchema } from "../../../protocol/model-host.ts";
import { parseJson } from "../../../protocol/rpc.ts";
import { fromReality } from "../../grammar/from-reality.ts";
import { narrowed } from "../../grammar/narrowed.ts";
import { realityOf } from "../../grammar/reality-of.ts";
import { type Answer, withoutFence } from "./judge.ts";

const paths = [
  "src/config/ports.ts",
  "src/config/texts.ts",
  "src/server/routes.ts",
  "src/server/start.ts",
  "test/routes.test.ts",
  "docs/install.md",
  "package.json",
];
const tools = ["read_file", "edit_file", "delete_file"];
const reality = realityOf({ texts: [], paths, tools, steps: [], models: [] });

const Step = z.strictObject({ tool: fromReality(z.string(), "tool"), path: fromReality(z.string(), "path") });

/** The schema of a step as an engine gets it: of any texts, or of those that exist. */
export const stepSchemas: Readonly<Record<"plain" | "narrowed", JsonSchema>> = {
  plain: narrowed(Step, null),
  narrowed: narrowed(Step, reality),
};

export const stepPrompt = [
  "You work in a folder with these files:",
  ...paths,
  `Your tools: ${tools.join(", ")}.`,
  'Write the one next step that does what is asked for, as JSON: {"tool": "…", "path": "…"}',
].join("\n");

/** For each request there is one right step. */
export const stepTasks: readonly [request: string, tool: string, path: string][] = [
  ["Show which packages the project uses.", "read_file", "package.json"],
  ["Remove the page about the installation.", "delete_file", "docs/install.md"],
  ["Add a route for /health to the server.", "edit_file", "src/server/routes.ts"],
  ["Look at the tests of the routes.", "read_file", "test/routes.test.ts"],
  ["Change the port from 80 to 8080.", "edit_file", "src/config/ports.ts"],
  ["Tell me how the server is started.", "read_file", "src/server/start.ts"],
];

export const isStepOf = ({ text }: Answer, tool: string, path: string): boolean => {
  const read = parseJson(Step, withoutFence(text));
  return read.ok && read.value.tool === tool && read.value.path === path;
};
