// The chat view as a person uses it: type, send, read, stop. Every wait has a limit.
import type { FrameLocator, Locator } from "playwright-core";

const limit = 30_000;

/** The longest scripted answer takes 15 s on a machine that does nothing else. */
const answerLimit = 60_000;

export interface ChatPage {
  readonly input: Locator;
  readonly turns: Locator;
  /** Types the prompt and presses Enter; resolves when its turn is shown. */
  ask(prompt: string): Promise<Locator>;
  /** Resolves with the turn's answer as shown, when the turn is in `state`. */
  answerWhen(turn: Locator, state: string): Promise<string>;
  newChat(): Promise<void>;
}

export const openChatPage = (chat: FrameLocator): ChatPage => {
  const input = chat.getByTestId("composer-input");
  const turns = chat.getByTestId("turn");
  return {
    input,
    turns,
    async ask(prompt) {
      const before = await turns.count();
      await input.fill(prompt);
      await input.press("Enter");
      const turn = turns.nth(before);
      await turn.waitFor({ timeout: limit });
      return turn;
    },
    async answerWhen(turn, state) {
      await turn.and(chat.locator(`[data-state="${state}"]`)).waitFor({ timeout: answerLimit });
      const answer = turn.getByTestId("answer");
      return (await answer.count()) === 0 ? "" : ((await answer.textContent()) ?? "");
    },
    async newChat() {
      await chat.getByTestId("new-chat").click();
      await turns.first().waitFor({ state: "detached", timeout: limit });
      // The view takes the focus last; what a test opens before that would close again.
      await until("the input has the focus", () => input.evaluate((element) => element === document.activeElement));
    },
  };
};

/** Resolves when `test` holds; rejects with `what` when it does not within the limit. */
export const until = async (what: string, test: () => Promise<boolean>, withinMs = limit): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
