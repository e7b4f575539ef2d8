import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Saved } from "../host.ts";

/** Pixels from the end within which the view counts as being at the end. */
const nearEnd = 16;

interface StickyScroll {
  element: RefObject<HTMLDivElement | null>;
  /** False while the user reads further up: nothing moves the text then. */
  atEnd: boolean;
  toEnd(): void;
}

/**
 * Keeps a growing text at its end as long as the user is there, and reports where the user is otherwise.
 * `content` is anything that changes with the text; `saved` is where the user was before a reload.
 */
export const useStickyScroll = (
  content: unknown,
  sessionId: string,
  saved: Saved["scroll"],
  onMove: (scroll: Saved["scroll"]) => void,
): StickyScroll => {
  const element = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const stick = () => {
    if (sticking.current && element.current) element.current.scrollTop = element.current.scrollHeight;
  };

  useLayoutEffect(() => {
    sticking.current = saved?.sessionId !== sessionId;
    if (element.current && saved?.sessionId === sessionId) element.current.scrollTop = saved.top;
    setAtEnd(sticking.current);
  }, [sessionId]);

  useLayoutEffect(stick, [content]);

  useEffect(() => {
    const box = element.current;
    if (!box) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      sticking.current = box.scrollHeight - box.scrollTop - box.clientHeight <= nearEnd;
      setAtEnd(sticking.current);
      clearTimeout(timer);
      timer = setTimeout(() => onMove(sticking.current ? null : { sessionId, top: box.scrollTop }), 200);
    };
    const resized = new ResizeObserver(stick);
    box.addEventListener("scroll", moved, { passive: true });
    resized.observe(box);
    return () => {
      clearTimeout(timer);
      box.removeEventListener("scroll", moved);
      resized.disconnect();
    };
  }, [sessionId]);

  return {
    element,
    atEnd,
    toEnd() {
      sticking.current = true;
      setAtEnd(true);
      stick();
    },
  };
};
