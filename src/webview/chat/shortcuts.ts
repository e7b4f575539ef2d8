import { useEffect, useRef } from "preact/hooks";

interface Shortcuts {
  escape(): void;
  help(): void;
  /** -1: the turn before the focused one, 1: the one after. */
  moveTurn(step: -1 | 1): void;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;

/** The keys that work wherever the focus is in the view. An open dialog keeps its own keys. */
export const useShortcuts = (shortcuts: Shortcuts): void => {
  const current = useRef(shortcuts);
  current.current = shortcuts;

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      if (event.key === "Escape") return current.current.escape();
      if (event.key === "?" && !isTyping(event.target)) {
        event.preventDefault();
        return current.current.help();
      }
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      current.current.moveTurn(event.key === "ArrowUp" ? -1 : 1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
};
