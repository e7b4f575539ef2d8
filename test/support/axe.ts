// Runs axe-core in a page's own document: the chat view's or the Models page's.
import axe from "axe-core";
import type { Page } from "playwright-core";

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const marks = { chat: '[data-testid="composer-input"]', models: ".models-page" };

/** One line per violation, with the first element it is about. */
export const axeViolations = async (page: Page, which: keyof typeof marks = "chat"): Promise<string[]> => {
  for (const frame of page.frames()) {
    if ((await frame.locator(marks[which]).count()) === 0) continue;
    // As a function body, not a script element: the page's policy forbids those.
    await frame.evaluate(axe.source);
    const results = await frame.evaluate<AxeResults>("axe.run(document)");
    return results.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
  }
  throw new Error(`No frame shows ${marks[which]}.`);
};
