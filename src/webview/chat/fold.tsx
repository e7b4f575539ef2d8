import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

interface FoldProps {
  /** The class of the whole, for its look. */
  class: string;
  testId: string;
  /** What is said in the one line. */
  line: ComponentChildren;
  children: ComponentChildren;
}

/** One line that unfolds to its details, with the keyboard too. */
export const Fold = ({ class: name, testId, line, children }: FoldProps) => (
  <details class={`fold ${name}`} data-testid={testId}>
    <summary>
      {line}
      <Icon name="chevron-right" />
    </summary>
    <div class="details">{children}</div>
  </details>
);
