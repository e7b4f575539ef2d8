import { modelsWatch, profileSave, profileUse } from "../../src/protocol/models.ts";
import type { Profile } from "../../src/protocol/profile.ts";
import { type AgentProcess, startAgent } from "../support/agent-process.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { eventually } from "../support/waiting.ts";

const profile = (id: string, models: Profile["models"]): Profile => ({
  ...{ version: 1, id, name: id, description: "", models, temperature: null, contextSize: null, prefer: "best" },
  engines: [],
});

describe("where prompts may go", () => {
  let home: TestHome;
  let server: ModelServer;
  let agent: AgentProcess;

  before(async () => {
    home = createTestHome();
    server = await startModelServer("vllm");
    const engines = [{ id: "team", kind: "openai" as const, urls: [server.url] }];
    agent = await startAgent({ home, settings: { engines, "discover.engines": false } });
    await agent.request(modelsWatch, { watch: true });
  });
  after(async () => {
    await home.close();
    await server.close();
  });

  const use = async (models: Profile["models"], id: string): Promise<void> => {
    await agent.request(profileSave, { profile: profile(id, models) });
    await agent.request(profileUse, { id });
  };
  const servers = (expected: string[]) =>
    eventually(
      10_000,
      `the servers are "${expected}"`,
      () => agent.statuses.at(-1)?.servers.join() === expected.join(),
    );

  it("is nowhere while a server is only known", () => servers([]));

  it("names a server that has one role of a turn, though another model answers", async () => {
    await use({ planner: ["engine:team/scripted"] }, "remote-planner");
    await servers(["team"]);
  });

  it("is nowhere again when no role goes there, or when a model of this machine is named", async () => {
    await use({}, "at-home");
    await servers([]);
    await agent.request(profileUse, { id: "remote-planner" });
    await servers(["team"]);
    await agent.useSettings({ "model.path": "starter" });
    await servers([]);
  });
});
