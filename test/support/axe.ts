// Runs axe-core in the chat view's own document.
import axe from "axe-core";
import type { Page } from "playwright-core";

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** One line per violation, with the first element it is about. */
export const axeViolations = async (page: Page): Promise<string[]> => {
  for (const frame of page.frames()) {
    if ((await frame.locator('[data-testid="composer-input"]').count()) === 0) continue;
    // As a function body, not a script element: the page's policy forbids those.
    await frame.evaluate(axe.source);
    const results = await frame.evaluate<AxeResults>("axe.run(document)");
    return results.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
  }
  throw new Error("No frame shows the chat view.");
};
