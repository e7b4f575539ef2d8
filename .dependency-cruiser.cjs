// The walls between the parts, as ARCHITECTURE.md draws them. Each rule says what would rot without it.
// The paths are those of the copy that scripts/check-walls.ts makes: .js where the source has .ts or .tsx.
// Unit tests may reach across layers of their own program, but no test outside test/vscode may need an editor.

const tests = "\\.test\\.js$";
const inAgent = (names) => `^src/agent/(${names})`;

/** Modules of Node that touch the machine: files, processes, the network. */
const machine =
  "^(node:)?(fs|fs/promises|child_process|net|http|http2|https|dgram|dns|dns/promises|tls|worker_threads|cluster|inspector)$";

/** One layer of the agent may import only what lies below it. */
const layer = (name, from, mayNotReach) => ({
  name: `agent-${name}`,
  comment: `The agent's layers point one way; ${name} must not know who uses it.`,
  severity: "error",
  from: { path: from, pathNot: tests },
  to: { path: mayNotReach },
});

const ports = "(ports|policy|edits|prompt)/";
const parts = "(router|grammar|checks|roles|tools|inference|models|context|sandbox|store)/";
const tops = "(agent|agent-status|doctor|turn-runner)\\.js$|runs/|frontdoors/|main\\.js$";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two modules that import each other are one module in two files.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-missing-module",
      comment: "Every import must lead somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
    {
      name: "source-without-tests",
      comment: "What ships must not depend on what tests it or builds it.",
      severity: "error",
      from: { path: "^src/", pathNot: tests },
      to: { path: `^(test|scripts)/|${tests}` },
    },
    {
      name: "protocol-is-data",
      comment: "The contract is shared by every program and the browser: it may use zod and nothing else.",
      severity: "error",
      from: { path: "^src/protocol/", pathNot: tests },
      to: { pathNot: "^src/protocol/|(^|/)node_modules/zod/" },
    },
    {
      name: "editor-only-in-extension",
      comment: "Agent, model host and chat view also run where no VS Code is.",
      severity: "error",
      from: { path: "^(src|test|scripts)/", pathNot: "^src/extension/|^test/vscode/" },
      to: { path: "(^|/)vscode$|@types/vscode/" },
    },
    {
      name: "agent-stands-alone",
      comment: "The agent is a program of its own; it shares only the protocol.",
      severity: "error",
      from: { path: "^src/agent/" },
      to: { path: "^src/(extension|webview|modelhost)/" },
    },
    {
      name: "model-host-stands-alone",
      comment: "The model host is a program of its own; it shares only the protocol.",
      severity: "error",
      from: { path: "^src/modelhost/" },
      to: { path: "^src/(extension|webview|agent)/" },
    },
    {
      name: "extension-is-thin",
      comment: "The extension talks to the agent; code of the agent in it would run in the editor's own process.",
      severity: "error",
      from: { path: "^src/extension/" },
      to: { path: "^src/(agent|modelhost|webview)/" },
    },
    {
      name: "webview-is-a-browser",
      comment: "The chat view runs in a sandbox without Node and hears only the extension.",
      severity: "error",
      from: { path: "^src/webview/", pathNot: tests },
      to: { path: "^src/(agent|modelhost|extension)/" },
    },
    {
      name: "webview-without-node",
      comment: "A browser has none of Node's modules.",
      severity: "error",
      from: { path: "^src/webview/", pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "llama-in-one-place",
      comment: "A native crash must only ever meet the model host, through the files that know the library.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/modelhost/llama/" },
      to: { path: "(^|/)node_modules/node-llama-cpp/" },
    },
    {
      name: "machine-only-through-ports",
      comment:
        "Files, processes and network are reached through ports (and confined in sandbox), where they can be guarded.",
      severity: "error",
      from: { path: "^src/agent/", pathNot: `${inAgent("ports/|sandbox/")}|${tests}` },
      to: { path: machine },
    },
    {
      name: "database-only-in-store",
      comment: "One module owns the database, its schema and its faults.",
      severity: "error",
      from: { path: "^src/agent/", pathNot: `${inAgent("store/")}|${tests}` },
      to: { path: "^(node:)?sqlite$" },
    },
    {
      name: "flow-without-protocol-library",
      comment: "Only front doors and the model host's client speak JSON-RPC; the flow knows events.",
      severity: "error",
      from: { path: inAgent("flow/|policy/|prompt/|edits/|roles/|tools/"), pathNot: tests },
      to: { path: "(^|/)node_modules/vscode-(jsonrpc|languageserver|languageserver-protocol)/" },
    },
    layer("base", inAgent(ports), `^src/agent/(${parts}|flow/|${tops})`),
    layer("parts", inAgent(parts), `^src/agent/(flow/|${tops})`),
    layer("flow", inAgent("flow/"), `^src/agent/(${tops})`),
    layer(
      "facade",
      inAgent("(agent|agent-status|doctor|turn-runner)\\.js$|runs/"),
      "^src/agent/(frontdoors/|main\\.js$)",
    ),
    layer("front-doors", inAgent("frontdoors/"), "^src/agent/main\\.js$"),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".js", ".mjs", ".cjs", ".json", ".css", ".d.ts"],
    },
  },
};
