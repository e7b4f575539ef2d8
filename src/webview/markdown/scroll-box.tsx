import type { ComponentChildren } from "preact";

interface ScrollBoxProps {
  class: string;
  label: string;
  children: ComponentChildren;
}

/** A part that may be wider than the view. It takes the focus, as the arrow keys could not scroll it otherwise. */
export const ScrollBox = ({ class: name, label, children }: ScrollBoxProps) => (
  // biome-ignore lint/a11y: a box that scrolls must be reachable with the keyboard, and a fieldset is for forms
  <div class={name} tabIndex={0} role="group" aria-label={label}>
    {children}
  </div>
);
