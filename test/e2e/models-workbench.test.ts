// The Models page in the real workbench with the real agent: files, downloads, profiles and servers, all on this machine.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { root } from "../../scripts/bootstrap.mjs";
import type { CatalogModel } from "../../src/protocol/model-catalog.ts";
import { axeViolations } from "../support/axe.ts";
import { type ChatPage, openChatPage, until } from "../support/chat-page.ts";
import { type HubServer, startHub } from "../support/hub-server.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { toyModels } from "../support/toy-models.ts";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

const key = "sk-team-4711-never-to-be-seen";

describe("the Models page in the workbench", () => {
  let workbench: Workbench;
  let chat: ChatPage;
  let hub: HubServer;
  let server: ModelServer;
  let folder: string;
  let wanted: CatalogModel;

  const rows = () => workbench.models.getByTestId("installed-row");
  const row = (name: string) =>
    rows()
      .filter({ has: workbench.models.getByRole("heading", { name }) })
      .filter({ hasNotText: "server team" });
  const chip = () => workbench.chatBesideModels.getByTestId("model-chip");
  const download = () => workbench.models.getByTestId("download-row");
  const engine = () => workbench.models.getByTestId("engine-row").filter({ hasText: "team" });
  const says = (place: Locator, text: string | RegExp) => place.filter({ hasText: text }).waitFor({ timeout: 15_000 });
  const confirm = (button: string) =>
    workbench.page.locator(".monaco-dialog-box").getByRole("button", { name: button, exact: true }).click();
  const typeInto = async (text: string) => {
    await workbench.page.locator(".quick-input-widget input").first().fill(text);
    await workbench.page.keyboard.press("Enter");
  };
  /** The editor's own file dialog; it is deaf for a moment after each change of the path. */
  const typePath = async (path: string) => {
    const input = workbench.page.locator(".quick-input-widget input").first();
    await until("a file is asked for", async () => (await input.inputValue()).startsWith("/"));
    await until("the file is taken", async () => {
      await input.fill(path, { timeout: 1000 }).catch(() => undefined);
      await workbench.page.waitForTimeout(300);
      await workbench.page.keyboard.press("Enter");
      return input.waitFor({ state: "hidden", timeout: 2000 }).then(
        () => true,
        () => false,
      );
    });
  };
  /** Runs the command and picks; again when the chat view took the focus meanwhile, which closes a list. */
  const runAndPick = (title: string, option: string | RegExp) =>
    until(`${option} is picked`, async () => {
      await workbench.runCommand(title);
      const click = workbench.page.getByRole("option", { name: option }).first().click({ timeout: 5000 });
      return click.then(
        () => true,
        () => false,
      );
    });
  const choose = async (menu: Locator, item: string) => {
    await menu.click();
    await workbench.models.getByRole("menu").getByText(item, { exact: true }).click();
  };

  before(async () => {
    const toys = await toyModels();
    folder = await mkdtemp(join(tmpdir(), "trivium-found-"));
    await copyFile(toys.scripted, join(folder, "scripted.gguf"));
    await writeFile(join(folder, "broken.gguf"), "GGUF and then nothing of the kind");
    wanted = JSON.parse(await readFile(join(root, "models", "catalog", "tinyllama-1.1b.json"), "utf8"));
    const content = await readFile(toys.qwen2);
    hub = await startHub(Object.fromEntries(wanted.files.map(({ file }) => [file, content])));
    hub.repository = wanted.repository ?? "";
    server = await startModelServer("llama-server");
    workbench = await openWorkbench({
      machineSettings: {
        "trivium.models.folders": [folder],
        "trivium.models.hub": hub.url,
        "trivium.engines": [{ id: "team", kind: "openai", urls: [server.url] }],
        "trivium.discover.engines": false,
      },
    });
    await workbench.showChat();
    chat = openChatPage(workbench.chatBesideModels);
    await chat.input.waitFor();
    await workbench.runCommand("Trivium: Open Models");
  });
  after(async () => {
    await workbench?.stop();
    await hub?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("lists what is here, with the memory", async () => {
    await says(row("Starter"), /4\.5 MB.*comes with Trivium.*fits/s);
    await says(workbench.models.getByTestId("memory-legend"), /system and others [\d.]+ GB.*free [\d.]+ GB/s);
    assert.ok((await workbench.models.getByTestId("memory-bar").locator(".segment").count()) >= 2);
    await says(row("broken"), /broken\.gguf .*\./);
    await says(row("scripted"), "your folder");
    await says(engine(), /1 model.*healthy/s);
  });

  it("loads and unloads: row, memory and chat follow", async () => {
    await row("Starter").getByRole("button", { name: "Load Starter" }).click();
    await says(row("Starter"), "in memory");
    await says(workbench.models.getByTestId("memory-legend"), "Starter");
    await choose(row("Starter").getByTestId("role-menu"), "Answering");
    await says(chip(), /Starter.*in memory/s);
    await row("Starter").getByRole("button", { name: "Unload Starter" }).click();
    await row("Starter").getByRole("button", { name: "Load Starter" }).waitFor();
    await says(chip(), /Starter.*loads with the next prompt/s);
    assert.doesNotMatch((await workbench.models.getByTestId("memory-legend").textContent()) ?? "", /Starter/);
  });

  it("shows a file that appears in a folder while it is open", async () => {
    await copyFile((await toyModels()).llama, join(folder, "arrived.gguf"));
    await says(row("arrived"), "your folder");
    await rm(join(folder, "arrived.gguf"));
    await row("arrived").waitFor({ state: "detached", timeout: 15_000 });
  });

  it("fetches a model: asked first, cut off once, paused in the middle, resumed, and deleted after a question", async () => {
    const { models, page } = workbench;
    const total = (await readFile((await toyModels()).qwen2)).length;
    hub.pace = 400;
    hub.faults.push({ kind: "cut", after: Math.floor(total / 8) });
    hub.onSent = () => {
      if (hub.sentBytes > total / 2) hub.pace = 4;
    };
    await models.getByTestId("all-models").locator("summary").click();
    await models.getByRole("textbox", { name: /Filter/ }).fill(wanted.name);
    await models
      .getByRole("button", { name: `Get ${wanted.name}` })
      .last()
      .click();
    const dialog = page.locator(".monaco-dialog-box");
    await says(dialog, new URL(hub.url).host);
    await says(dialog, /Licence: apache/i);
    await confirm("Download");
    await download().and(models.locator('[data-state="running"]')).waitFor();
    await models
      .getByRole("button", { name: new RegExp(`${wanted.name} is on its way`) })
      .first()
      .waitFor();
    await until("half has come", async () => Number(await percent()) >= 40);
    await page.locator(".statusbar-item", { hasText: "Starter" }).filter({ hasText: "%" }).waitFor();
    await download()
      .getByRole("button", { name: /^Pause/ })
      .click();
    await download().and(models.locator('[data-state="paused"]')).waitFor();
    assert.ok(Number(await percent()) < 90);
    hub.onSent = () => undefined;
    hub.pace = Number.POSITIVE_INFINITY;
    await download()
      .getByRole("button", { name: /^Resume/ })
      .click();
    await download().and(models.locator('[data-state="done"]')).waitFor({ timeout: 15_000 });
    const fetched = rows().filter({ hasText: "downloaded" });
    await fetched.waitFor();
    await choose(fetched.getByTestId("more-menu"), "Delete…");
    await says(page.locator(".monaco-dialog-box"), /Delete the model .* from this machine\?/);
    await confirm("Delete");
    await fetched.waitFor({ state: "detached" });
    await download().waitFor({ state: "detached" });
  });
  const percent = () => download().getByRole("progressbar").getAttribute("aria-valuenow");

  it("imports a file by command", async () => {
    await runAndPick("Trivium: Import Models…", /GGUF Files/);
    await typePath((await toyModels()).llama);
    await says(row("toy-llama"), "downloaded");
  });

  it("imports and exports profiles by command", async () => {
    const file = join(folder, "night.json");
    const profile = {
      version: 1,
      id: "night",
      name: "Night",
      description: "",
      models: { answerer: ["toy-llama.gguf"] },
    };
    await writeFile(
      file,
      JSON.stringify({ ...profile, temperature: null, contextSize: null, prefer: "smallest", engines: [] }),
    );
    await workbench.runCommand("Trivium: Import Profile…");
    await typePath(file);
    await workbench.page.getByText("The profile Night is imported.").first().waitFor();
    await runAndPick("Trivium: Export Profile…", /Night/);
    const copy = join(folder, "copy.json");
    await typePath(copy);
    await until("the profile is written", async () => (await readFile(copy, "utf8").catch(() => "")).includes("Night"));
  });

  it("makes a model the first choice, which then answers", async () => {
    await choose(row("scripted").getByTestId("role-menu"), "Answering");
    await says(chip(), "scripted");
    await says(row("scripted"), /First choice for: .*answering/);
    const turn = await chat.ask("What is this?");
    assert.match(await chat.answerWhen(turn, "done"), /Three roads/);
    await says(chip(), /scripted.*in memory/s);
  });

  it("switches the profile, and the chat's model with it", async () => {
    await runAndPick("Trivium: Switch Profile", /Night/);
    await says(workbench.models.getByTestId("profile-menu"), "Night");
    await says(row("toy-llama"), /First choice for: .*answering/);
    await says(chip(), "toy-llama");
    await runAndPick("Trivium: Switch Profile", /My Default/);
    await says(chip(), /scripted.*2\.7 MB/);
  });

  it("keeps an engine's key, uses it, and forgets it", async () => {
    await says(engine(), /^(?!.*key is set)/s);
    await runAndPick("Trivium: Set Engine Key", "team");
    await typeInto(key);
    await says(engine(), "key is set");
    await runAndPick("Trivium: Switch Model", /on team/);
    await says(workbench.chatBesideModels.getByTestId("where"), "server");
    await says(chip(), /^(?!.*MB).*scripted/s);
    await chat.newChat();
    const turn = await chat.ask("KW_SHORT");
    assert.match(await chat.answerWhen(turn, "done"), /Short answer\./);
    const asked = server.requests.filter(({ path }) => path === "/v1/chat/completions");
    assert.ok(asked.length > 0);
    for (const { headers } of asked) assert.equal(headers["authorization"], `Bearer ${key}`);
    await choose(engine().getByTestId("key-menu"), "Remove Key…");
    await confirm("Remove Key");
    await says(engine(), /^(?!.*key is set)/s);
  });

  it("has no accessibility violations", async () => {
    assert.deepEqual(await axeViolations(workbench.page, "models"), []);
  });

  it("has written the key nowhere, and asked no other host for anything", async () => {
    for (const place of [workbench.dataDir, workbench.homeDir, workbench.triviumHome, workbench.workspaceDir])
      for (const entry of await readdir(place, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) {
          const path = join(entry.parentPath, entry.name);
          assert.ok(!(await readFile(path)).includes(key), path);
        }
    assert.ok(!workbench.serverLog().includes(key));
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
