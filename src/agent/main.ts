import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../package.json" with { type: "json" };
import { type Agent, createAgent } from "./agent.ts";
import { runCli } from "./frontdoors/cli/cli.ts";
import { readCliSettings } from "./frontdoors/cli/cli-settings.ts";
import { serveLsp } from "./frontdoors/lsp/lsp.ts";
import { createLlamaEngine } from "./inference/llama/llama-engine.ts";
import { createModels } from "./models/models.ts";
import { lineLog } from "./ports/log.ts";
import { createNet } from "./ports/net.ts";
import { nodePorts } from "./ports/ports.ts";
import { fileSecrets, type KeptSecrets, type Secrets } from "./ports/secrets.ts";
import { loadClassifier } from "./router/load-classifier.ts";
import { openStore } from "./store/store.ts";

/** Arguments that make this program a language server; anything else is the command line. */
const lspTransports = ["--node-ipc", "--stdio"];

/** Who asks: its workspace, and where the keys of engines are. */
interface Client {
  readonly workspace: string | null;
  readonly secrets: Secrets;
  readonly kept: KeptSecrets | null;
}

const main = async (): Promise<void> => {
  const args = process.argv.slice(2);
  const asServer = args.some((arg) => lspTransports.includes(arg));
  const quiet = !asServer && process.env["TRIVIUM_LOG"] === undefined;
  const log = lineLog((line) => {
    if (!quiet) console.error(line);
  });
  const ports = nodePorts(dirname(fileURLToPath(import.meta.url)), log);
  const open = async (client: Client): Promise<Agent> => {
    const store = await openStore(ports);
    const net = createNet(ports.clock, store.ledger, log);
    const models = await createModels({ ports, llama: createLlamaEngine(ports), net, ...client });
    const classifier = await loadClassifier(ports);
    return createAgent({ ports, models, store, classifier, workspace: client.workspace });
  };

  if (asServer)
    return serveLsp((workspace, secrets) => open({ workspace, secrets, kept: null }), log, manifest.version);

  const kept = fileSecrets(ports.places.data);
  const openForTerminal = async (): Promise<Agent> => {
    const agent = await open({ workspace: process.cwd(), secrets: kept, kept });
    const { settings, problems } = await readCliSettings(ports);
    for (const problem of problems) console.error(`trivium: ${problem}`);
    await agent.useSettings(settings);
    return agent;
  };
  process.exitCode = await runCli(args, openForTerminal, manifest.version);
};

process.on("unhandledRejection", (error) => console.error("unhandled rejection", error));

main().catch((error: unknown) => {
  console.error(`trivium: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
