// In the real workbench: Trivium's activation, the way of words to the chat view, and a long answer's weight on the editor.
import { join } from "node:path";
import { writeMachineSettings } from "../editor/profile.ts";
import { type ToyModels, writeToyModels } from "../gguf/toy-models.ts";
import { ensureChromium } from "../rings/chromium.ts";
import { atMost, type Group, type Measure, median, quantile } from "./measure.ts";
import { openProbedWorkbench, type ProbedWorkbench } from "./probed-workbench.ts";
import { delays, type RecordedHost, type Seen, startRecordedHost } from "./recorded-host.ts";

const activations = 5;
const answers = 3;
const longAnswerTokens = 20_000;

/** What is in the window now, from a new start of both extensions. */
const reloadWith = async ({ workbench }: ProbedWorkbench, settings: Readonly<Record<string, unknown>>) => {
  writeMachineSettings(workbench.dataDir, settings);
  await workbench.reload();
};

/** The editor's list of running extensions, with what their activation cost. */
const openRunningExtensions = async ({ workbench: { page } }: ProbedWorkbench) => {
  const list = page.locator(".runtime-extensions-editor .monaco-list-row").first();
  const input = page.locator(".quick-input-widget input");
  // A window that has just been painted moves the focus once more, which closes the input.
  for (let attempt = 1; ; attempt++) {
    try {
      await page.keyboard.press("F1");
      await input.fill(">Developer: Show Running Extensions", { timeout: 2000 });
      await input.press("Enter", { timeout: 2000 });
      await list.waitFor({ timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
};

/** The editor's own figure: loading the extension's code and the call of activate(), while everything else starts too. */
const readActivation = async ({ workbench: { page } }: ProbedWorkbench): Promise<number> => {
  const row = page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "Trivium" });
  const time = row.getByText(/Activation: \d+ms/);
  await time.waitFor({ timeout: 30_000 });
  return Number(/(\d+)ms/.exec((await time.textContent()) ?? "")?.[1]);
};

const measureActivation = async (probed: ProbedWorkbench): Promise<Measure[]> => {
  // A list draws only the rows that can be seen.
  await probed.workbench.page.setViewportSize({ width: 1280, height: 3000 });
  const values: number[] = [];
  for (let round = 0; round < activations; round++) {
    await probed.workbench.reload();
    await openRunningExtensions(probed);
    values.push(await readActivation(probed));
  }
  return [{ name: "activation in the editor", unit: "ms", values, target: atMost(50) }];
};

/** `text` must be new in the chat: it names the turn. */
const askInChat = async ({ workbench }: ProbedWorkbench, text: string, limitMs: number) => {
  const { chat } = workbench;
  await chat.getByTestId("composer-input").fill(text);
  await chat.getByTestId("send").click();
  const turn = chat.getByTestId("turn").filter({ hasText: text });
  await turn.and(chat.locator('[data-state="done"]')).waitFor({ timeout: limitMs });
};

/** How far the text of KW_LONG has come, by its end: each line has four numbered words. */
const progressIn = (text: string): number => {
  const last = [...text.matchAll(/(line|red|green|blue) (\d{4})/g)].at(-1);
  return last ? Number(last[2]) * 4 + ["line", "red", "green", "blue"].indexOf(last[1] ?? "") : 0;
};

const tailLength = 80;

const progressOf = (pieces: readonly { readonly at: number; readonly text: string }[]): Seen[] => {
  let tail = "";
  return pieces.map(({ at, text }) => {
    tail = (tail + text).slice(-tailLength);
    return { at, length: progressIn(tail) };
  });
};

/** Notes the end of the answer to `prompt` at every change of the chat view's document. */
const watchDocument = async (
  { workbench: { chat } }: ProbedWorkbench,
  prompt: string,
): Promise<() => Promise<Seen[]>> => {
  const seen = await chat.locator("body").evaluateHandle(
    (body, { prompt, tailLength }) => {
      const tails: { at: number; text: string }[] = [];
      new MutationObserver(() => {
        const turn = [...body.querySelectorAll('[data-testid="turn"]')].at(-1);
        if (!turn?.querySelector(".prompt")?.textContent?.includes(prompt)) return;
        const text = turn.querySelector('[data-testid="answer"]')?.textContent?.slice(-tailLength) ?? "";
        if (text !== tails.at(-1)?.text) tails.push({ at: performance.timeOrigin + performance.now(), text });
      }).observe(body, { subtree: true, childList: true, characterData: true });
      return tails;
    },
    { prompt, tailLength },
  );
  return async () => (await seen.jsonValue()).map(({ at, text }) => ({ at, length: progressIn(text) }));
};

const measureWords = async (probed: ProbedWorkbench, host: RecordedHost): Promise<Measure[]> => {
  await probed.workbench.showChat();
  const all: number[] = [];
  const slowest: number[] = [];
  const shown: number[] = [];
  for (let round = 0; round < answers; round++) {
    await probed.workbench.chat.getByTestId("composer-input").waitFor();
    await probed.resetProbe();
    const prompt = `KW_LONG, round ${round}`;
    const readDocument = await watchDocument(probed, prompt);
    await askInChat(probed, prompt, 60_000);
    const inDocument = await readDocument();
    const { arrived } = await probed.readProbe();
    const fromEngine = delays(progressOf(host.records().at(-1) ?? []), inDocument);
    all.push(median(fromEngine));
    slowest.push(quantile(fromEngine, 0.95));
    shown.push(median(delays(progressOf(arrived), inDocument)));
  }
  return [
    { name: "engine's token to the chat view, median", unit: "ms", values: all, target: atMost(40) },
    { name: "engine's token to the chat view, 95 of 100", unit: "ms", values: slowest },
    { name: "extension's update to the chat view", unit: "ms", values: shown },
  ];
};

const measureLongAnswer = async (probed: ProbedWorkbench): Promise<Measure[]> => {
  await probed.workbench.showChat();
  await probed.workbench.chat.getByTestId("composer-input").waitFor();
  await probed.resetProbe();
  await askInChat(probed, "KW_FOREVER", 180_000);
  const { longestBlockMs, longestOwnBlockMs } = await probed.readProbe();
  const name = `extension host's longest block, ${longAnswerTokens} tokens`;
  return [
    { name, unit: "ms", values: [longestBlockMs] },
    {
      name: `${name}, its own work`,
      unit: "ms",
      values: longestOwnBlockMs === null ? [] : [longestOwnBlockMs],
      target: atMost(50),
      note: "processor time between two turns of the event loop; the line above also counts what others took",
    },
  ];
};

const settingsFor = (models: ToyModels, model: "scripted" | "scriptedSlow", maxTokens: number) => ({
  "trivium.model.path": models[model],
  "trivium.model.threads": 1,
  "trivium.model.gpu": "off",
  "trivium.model.contextSize": maxTokens + 4096,
  "trivium.generation.temperature": 0,
  "trivium.generation.maxTokens": maxTokens,
});

const measure = async (probed: ProbedWorkbench): Promise<Measure[]> => {
  const models = await writeToyModels(join(probed.workbench.homeDir, "models"));
  const host = await startRecordedHost(probed.workbench.runtimeDir);
  await reloadWith(probed, settingsFor(models, "scriptedSlow", 600));
  const words = await measureWords(probed, host);
  await reloadWith(probed, settingsFor(models, "scripted", longAnswerTokens));
  const longAnswer = await measureLongAnswer(probed);
  return [...(await measureActivation(probed)), ...words, ...longAnswer];
};

export const editorGroup: Group = {
  name: "editor",
  what: "Trivium in the real workbench",
  async run() {
    await ensureChromium();
    const probed = await openProbedWorkbench();
    try {
      return await measure(probed);
    } finally {
      await probed.stop();
    }
  },
};
