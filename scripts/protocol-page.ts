// Builds docs/protocol.md from src/protocol: the shapes from the zod schemas, the words from the comments above them.
// scripts/gen.ts writes the page and fails when it is stale.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { failure } from "../src/agent/failures.ts";
import * as budget from "../src/protocol/budget.ts";
import * as failures from "../src/protocol/failure.ts";
import * as modelHost from "../src/protocol/model-host.ts";
import * as modelManifest from "../src/protocol/model-manifest.ts";
import * as plan from "../src/protocol/plan.ts";
import * as receipt from "../src/protocol/receipt.ts";
import * as routing from "../src/protocol/routing.ts";
import type { NotificationType, RequestType } from "../src/protocol/rpc.ts";
import * as run from "../src/protocol/run.ts";
import * as runEvent from "../src/protocol/run-event.ts";
import * as session from "../src/protocol/session.ts";
import * as status from "../src/protocol/status.ts";
import * as turn from "../src/protocol/turn.ts";
import * as verdict from "../src/protocol/verdict.ts";
import * as webview from "../src/protocol/webview.ts";
import { readDocs, type SourceDocs } from "./protocol-page/docs.ts";
import { resolveName, writeShape } from "./protocol-page/shape.ts";

const root = join(import.meta.dirname, "..");

interface Group {
  readonly file: string;
  readonly title: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const groups: readonly Group[] = [
  { file: "session.ts", title: "Sessions", exports: session },
  { file: "turn.ts", title: "Turns", exports: turn },
  { file: "run-event.ts", title: "Events of a turn", exports: runEvent },
  { file: "routing.ts", title: "Roads", exports: routing },
  { file: "plan.ts", title: "Plans", exports: plan },
  { file: "verdict.ts", title: "Verdicts", exports: verdict },
  { file: "receipt.ts", title: "Receipts", exports: receipt },
  { file: "budget.ts", title: "Budgets", exports: budget },
  { file: "run.ts", title: "Runs", exports: run },
  { file: "status.ts", title: "Status", exports: status },
  { file: "failure.ts", title: "Failures", exports: failures },
  { file: "model-host.ts", title: "Agent and model host", exports: modelHost },
  { file: "webview.ts", title: "Extension and chat view", exports: webview },
  { file: "model-manifest.ts", title: "Model manifest", exports: modelManifest },
];

const introduction = `# Protocol

Written by \`npm run gen\` from \`src/protocol\`. Shapes are TypeScript types; \`integer\` is a whole number. Who
receives a message parses it with its zod schema.

**Editor and agent.** The agent is a language server (LSP, JSON-RPC 2.0) over node-ipc or stdio: \`dist/agent.mjs --stdio\`.
Settings travel as \`initializationOptions.trivium\` and in \`workspace/didChangeConfiguration\` as \`settings.trivium\`, an
object with the dotted keys of [settings.md](settings.md). The answer to \`initialize\` has
\`capabilities.experimental.trivium\` (\`TriviumCapability\`). Requests and notifications beyond LSP: *Sessions*, *Turns*,
*Runs* and *Status* below.

**Agent and model host.** JSON-RPC 2.0 over a local socket; the first message is \`host/hello\` with the token.

**Streams.** A request with \`partialResultToken\` streams over \`$/progress\`; nothing follows its result.
\`$/cancelRequest\` stops it; a turn or a generation then resolves with what there is.

**Errors of the agent.** −32602: parameters that do not fit, with \`data.issues\`. −32001: an expected failure, with \`data\` a
\`Failure\`. −32603: a bug; the request fails and the process goes on.
`;

const isSchema = (value: unknown): value is z.ZodMiniType =>
  typeof value === "object" && value !== null && "_zod" in value;

const isMessage = (value: unknown): value is RequestType | NotificationType =>
  typeof value === "object" && value !== null && "method" in value && "params" in value;

const named = (): z.core.$ZodRegistry<{ id: string }> => {
  const registry = z.registry<{ id: string }>();
  for (const { exports } of groups)
    for (const [name, value] of Object.entries(exports)) if (isSchema(value)) registry.add(value, { id: name });
  return registry;
};

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

const section = (title: string, doc: string, shape: string): string[] => ["", `### ${title}`, "", doc, "", code(shape)];

/** A schema as JSON schema, with the names of exported schemas in it. */
type ToJson = (schema: z.ZodMiniType) => z.core.JSONSchema.BaseSchema;

const messageSection = (message: RequestType | NotificationType, docs: SourceDocs, toJson: ToJson): string[] => {
  const kind = "result" in message ? "Request" : "Notification";
  const lines = [writeShape("params:", toJson(message.params), docs)];
  if ("result" in message) lines.push(writeShape("result:", toJson(message.result), docs));
  return section(`\`${message.method}\``, docs.doc === "" ? `${kind}.` : `${kind}. ${docs.doc}`, lines.join("\n"));
};

const groupSection = ({ file, title, exports }: Group, toJson: ToJson): string[] => {
  const source = readFileSync(join(root, "src", "protocol", file), "utf8");
  const pieces = readDocs(source).flatMap((docs) => {
    const value = exports[docs.name];
    if (isMessage(value)) return messageSection(value, docs, toJson);
    if (!isSchema(value)) return [];
    return section(docs.name, docs.doc, writeShape(`type ${docs.name} =`, resolveName(toJson(value)), docs));
  });
  return ["", `## ${title}`, "", `\`src/protocol/${file}\``, ...pieces];
};

/** Facts for the messages, so that each reads as a user would see it. */
const example = {
  ...{ path: "model.gguf", sizeBytes: 1.2e9, neededBytes: 3.8e9, reason: "(reason)" },
  ...{ tokens: 9000, contextSize: 8192, id: "(id)" },
};

const failureTable = (): string[] => {
  const rows = failures.FailureCode.options.map((value) => {
    const { message, next } = failure(value, example);
    return `| \`${value}\` | ${message} | ${next.join(", ")} |`;
  });
  const heading = ["", "## Failure codes", "", "What the agent says (`src/agent/failures.ts`), with example values."];
  return [...heading, "", "| code | message | next |", "|---|---|---|", ...rows, ""];
};

/** The page and where it lies. */
export const protocolPage = (): { path: string; text: string } => {
  const registry = named();
  const toJson: ToJson = (schema) => z.toJSONSchema(schema, { metadata: registry });
  const lines = [introduction.trimEnd(), ...groups.flatMap((group) => groupSection(group, toJson)), ...failureTable()];
  const text = lines.join("\n").replace(/\n{3,}/g, "\n\n");
  return { path: join(root, "docs", "protocol.md"), text };
};
