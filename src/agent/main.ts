import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../package.json" with { type: "json" };
import { type Agent, createAgent } from "./agent.ts";
import { runCli } from "./frontdoors/cli/cli.ts";
import { serveLsp } from "./frontdoors/lsp/lsp.ts";
import { createLlamaEngine } from "./inference/llama/llama-engine.ts";
import { lineLog } from "./ports/log.ts";
import { nodePorts } from "./ports/ports.ts";
import { openStore } from "./store/store.ts";

/** Arguments that make this program a language server; anything else is the command line. */
const lspTransports = ["--node-ipc", "--stdio"];

const main = async (): Promise<void> => {
  const args = process.argv.slice(2);
  const asServer = args.some((arg) => lspTransports.includes(arg));
  const quiet = !asServer && process.env["TRIVIUM_LOG"] === undefined;
  const log = lineLog((line) => {
    if (!quiet) console.error(line);
  });
  const ports = nodePorts(dirname(fileURLToPath(import.meta.url)), log);
  const open = async (): Promise<Agent> => createAgent(ports, createLlamaEngine(ports), await openStore(ports));

  if (asServer) return serveLsp(open, log, manifest.version);
  process.exitCode = await runCli(args, open, manifest.version);
};

process.on("unhandledRejection", (error) => console.error("unhandled rejection", error));

main().catch((error: unknown) => {
  console.error(`trivium: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
