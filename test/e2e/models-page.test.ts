// The Models page by itself in a real browser: no editor and no agent, a state that is made up for it.
import assert from "node:assert/strict";
import type { FromModelsPage, PlanPreview } from "../../src/protocol/models-page.ts";
import { until } from "../support/chat-page.ts";
import { download, fakeModels, need } from "../support/fake-models.ts";
import { type FakeModelsPage, openFakeModelsPage } from "../support/models-page.ts";

const sum8b = "/models/sum-8b.gguf";

describe("the Models page with a made-up state", () => {
  let models: FakeModelsPage;

  const rows = () => models.page.getByTestId("installed-row");
  const row = (name: string) => rows().filter({ has: models.page.getByRole("heading", { name }) });
  const lastPosted = async (): Promise<FromModelsPage | undefined> => (await models.posted()).at(-1);
  const posts = (expected: FromModelsPage) =>
    until(`the page posts ${JSON.stringify(expected)}`, async () =>
      (await models.posted()).some((message) => JSON.stringify(message) === JSON.stringify(expected)),
    );

  before(async () => {
    models = await openFakeModelsPage();
  });
  beforeEach(async () => {
    await models.page.mouse.move(0, 0);
    await models.send({ type: "state", state: fakeModels });
    await rows().first().waitFor();
  });
  after(() => models?.close());

  it("says that it looks for models until it knows some", async () => {
    const fresh = await openFakeModelsPage();
    try {
      await fresh.page.getByText("Looking for models …").waitFor();
      assert.deepEqual(await fresh.posted(), [{ type: "ready" }]);
      assert.deepEqual(await fresh.axeViolations(), []);
      const nothing = { ...fakeModels, installed: [], available: [], downloads: [], engines: [], memory: null };
      await fresh.send({ type: "state", state: nothing });
      await fresh.page.getByTestId("nothing-installed").waitFor();
      assert.deepEqual(await fresh.axeViolations(), []);
    } finally {
      await fresh.close();
    }
  });

  for (const theme of ["dark", "light"] as const)
    it(`has no accessibility violations in the ${theme} theme, with a menu and all models open`, async () => {
      const page = await openFakeModelsPage(theme);
      try {
        await page.send({ type: "state", state: fakeModels });
        await page.page.getByTestId("all-models").locator("summary").click();
        await page.page.getByTestId("available-row").first().waitFor();
        await page.page.getByTestId("role-menu").first().click();
        await page.page.getByRole("menu").waitFor();
        assert.deepEqual(await page.axeViolations(), []);
        await page.send({ type: "problem", message: "The hub did not answer.", next: ["retry", "show-log"] });
        await page.page.getByTestId("page-problem").waitFor();
        assert.deepEqual(await page.axeViolations(), []);
      } finally {
        await page.close();
      }
    });

  it("never scrolls sideways, from 320 pixels on", async () => {
    for (const width of [320, 360, 719, 720, 960, 1100, 1600]) {
      await models.page.setViewportSize({ width, height: 800 });
      const scrollWidth = await models.page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(scrollWidth <= width, `${scrollWidth} at ${width}`);
      const outside = await models.page.evaluate<number>(
        `[...document.querySelectorAll("button, h3, .fit, .facts")].filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < 0 || right > ${width};
        }).length`,
      );
      assert.equal(outside, 0, `elements outside at ${width}`);
    }
    await models.page.setViewportSize({ width: 1280, height: 800 });
  });

  it("says in words and icons how each model fits, not by colour alone", async () => {
    const words = await rows().getByTestId("fit").allTextContents();
    assert.deepEqual(
      words.map((text) => text.replace(/^[\d.]+ [GM]B/, "")),
      ["fits", "fits", "tight", "too large"],
    );
    assert.equal(await rows().locator('[data-testid="fit"] .codicon').count(), 4);
  });

  it("shows what loading a model would take when its row has the focus or the pointer, asking once", async () => {
    const plan: PlanPreview = { need: need(4.3), fit: "tight", evict: ["/models/tiny.gguf"], problem: null };
    const bar = models.page.getByTestId("memory-bar");
    const top = (await rows().first().boundingBox())?.y;
    await row("Sum 8B").getByRole("button", { name: "Load Sum 8B" }).focus();
    await posts({ type: "plan", id: sum8b });
    await models.send({ type: "plan", id: sum8b, plan });
    await models.page.getByText("+ Sum 8B 5.1 GB → fits; unloads Tiny Chat 1.1B").waitFor();
    assert.equal(await bar.locator(".ghost").count(), 1);
    assert.ok((await bar.locator(".leaving").count()) > 0);
    assert.equal((await rows().first().boundingBox())?.y, top, "nothing moves");

    await models.page.getByRole("heading", { name: "Engines" }).click();
    await row("Orbit Coder").hover();
    await models.page.getByText("Orbit Coder 7B Instruct is in memory.").waitFor();
    await row("Sum 8B").hover();
    await models.page.getByTestId("ghost-line").waitFor();
    assert.equal((await models.posted()).filter(({ type }) => type === "plan").length, 1);
  });

  it("has each way out of a broken file, and no button that could not work", async () => {
    const broken = row("codellama-13b.Q4_K_M");
    assert.match((await broken.getByTestId("row-problem").textContent()) ?? "", /is cut off: 1.2 GB of 7.9 GB/);
    assert.equal(await broken.getByRole("button", { name: /^Load/ }).count(), 0);
    await broken.getByRole("button", { name: "Use the starter model" }).click();
    await posts({ type: "nextStep", step: "use-starter" });
    assert.equal(await row("Giant 32B").getByRole("button", { name: "Load Giant 32B" }).isDisabled(), true);
  });

  it("does everything in a row from the keyboard", async () => {
    await row("Orbit Coder")
      .getByRole("button", { name: /^Unload/ })
      .focus();
    await models.page.keyboard.press("ArrowDown");
    await models.page.keyboard.press("Enter");
    await posts({ type: "unload", id: "/models/tiny.gguf" });

    await models.page.keyboard.press("Tab");
    await models.page.keyboard.press("Enter");
    await models.page.getByRole("menuitemcheckbox", { name: "Answering" }).and(models.page.locator(":focus")).waitFor();
    await models.page.keyboard.press("ArrowDown");
    await models.page.keyboard.press("Enter");
    await posts({ type: "useFor", id: "/models/tiny.gguf", role: "coder" });
    await models.page.getByRole("menu").waitFor({ state: "detached" });
    await models.page.getByTestId("role-menu").nth(1).and(models.page.locator(":focus")).waitFor();

    await models.page.keyboard.press("ArrowDown");
    await models.page.keyboard.press("End");
    await models.page.getByRole("menuitemcheckbox", { name: "Ranking" }).and(models.page.locator(":focus")).waitFor();
    await models.page.keyboard.press("Escape");
    await models.page.getByTestId("role-menu").nth(1).and(models.page.locator(":focus")).waitFor();
  });

  it("asks the extension for a model with its file, and shows its progress in the card", async () => {
    const cards = models.page.getByTestId("card");
    assert.equal(await cards.count(), 3);
    await cards.first().getByRole("button", { name: "Get Quick 3B" }).click();
    await posts({ type: "get", catalogId: "quick-3b", file: "quick-3b-q4_k_m.gguf" });
    await cards.nth(1).getByRole("button", { name: /34 %/ }).waitFor();
    await cards.first().getByRole("link", { name: "Apache-2.0" }).click();
    await posts({ type: "openLink", url: "https://licences.example/apache-2.0" });
  });

  it("filters all models by words and by role", async () => {
    const section = models.page.getByTestId("all-models");
    await section.locator("summary").click();
    const shown = models.page.getByTestId("available-row");
    await shown.first().waitFor();
    assert.equal(await shown.count(), fakeModels.available.length);
    await section.getByRole("textbox").fill("proofs");
    await until("one row", async () => (await shown.count()) === 1);
    await section.getByRole("textbox").fill("");
    await until("all rows", async () => (await shown.count()) === fakeModels.available.length);
    await section.getByRole("combobox").selectOption("coder");
    await until("one row", async () => (await shown.count()) === 1);
    assert.match((await shown.first().textContent()) ?? "", /Stellar Coder 7B/);
    await section.getByRole("combobox").selectOption("");
  });

  it("keeps everything in its place while a download goes on, and says so every ten per cent", async () => {
    const bar = models.page.getByTestId("download-row").first();
    const engines = models.page.getByTestId("engines");
    const at = async () => ({ bar: await bar.boundingBox(), engines: await engines.boundingBox() });
    const before = await at();
    const said = models.page.getByTestId("said");
    for (const percent of [35, 38, 41, 44]) {
      const running = download({
        doneBytes: (4.7e9 * percent) / 100,
        bytesPerSecond: percent * 1e5,
        etaMs: percent * 900,
      });
      await models.send({
        type: "state",
        state: { ...fakeModels, downloads: [running, ...fakeModels.downloads.slice(1)] },
      });
      await bar.getByText(`${percent} %`, { exact: true }).waitFor();
      assert.deepEqual(await at(), before);
    }
    assert.equal(await said.textContent(), "Stellar Coder 7B: 41 % downloaded.");
  });

  it("pauses, resumes and cancels downloads, and leads out of one that failed", async () => {
    const downloads = models.page.getByTestId("download-row");
    await downloads.first().getByRole("button", { name: "Pause Stellar Coder 7B" }).click();
    await posts({ type: "pause", id: "d1" });
    await downloads.first().getByRole("button", { name: "Cancel Stellar Coder 7B" }).click();
    await posts({ type: "cancel", id: "d1" });
    await downloads.nth(1).getByRole("button", { name: "Resume the download" }).click();
    await posts({ type: "resume", id: "d2" });
  });

  it("leads to keys and profiles, and never asks for a key itself", async () => {
    await models.page.getByTestId("engine-row").nth(2).getByRole("button", { name: "Set the key" }).click();
    await posts({ type: "setKey", id: "lab" });
    await models.page.getByTestId("engine-row").nth(1).getByTestId("key-menu").click();
    await models.page.getByRole("menuitem", { name: "Remove Key…" }).click();
    await posts({ type: "removeKey", id: "team" });
    assert.equal(await models.page.locator("input[type=password]").count(), 0);
    await models.page.getByTestId("profile-menu").click();
    await models.page.getByRole("menuitemcheckbox", { name: "Small and quick" }).click();
    await posts({ type: "useProfile", id: "small" });
    await models.page.getByTestId("profile-actions").click();
    await models.page.getByRole("menuitem", { name: "Export…" }).click();
    await posts({ type: "exportProfile", id: "balanced" });
    assert.deepEqual(await lastPosted(), { type: "exportProfile", id: "balanced" });
  });

  it("asked no other host for anything", () => {
    assert.deepEqual(models.outsideRequests, []);
  });
});
