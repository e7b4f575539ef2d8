// Where the marks of a family stand in a text. Each search goes on where it ended before, so all of them together are linear.
import type { CallFamily } from "./family.ts";

interface MarkFinder {
  /** The next place, at this one or behind, where a mark may stand; null: none. Places must not go back. */
  next(from: number): number | null;
  /** Where the end of the text, from this place on, may be the beginning of a mark; else the text's length. */
  mayBegin(from: number): number;
}

export const markFinder = (text: string, family: CallFamily, thoughts: "apart" | "kept"): MarkFinder => {
  const { forms, frames, answerMarks = [], thinksBetween } = family;
  const marks = [
    ...forms.filter(({ where }) => where !== "start").flatMap(({ starts }) => starts),
    ...frames,
    ...(thoughts === "apart" ? answerMarks : []),
    ...(thinksBetween ? family.thoughts.map(({ open }) => open) : []),
  ];
  const known = [...new Set(marks)].map((mark) => ({ mark, at: -1 }));
  const longest = Math.max(0, ...marks.map(({ length }) => length));
  return {
    next(from) {
      let first = Number.POSITIVE_INFINITY;
      for (const one of known) {
        if (one.at < from) {
          const found = text.indexOf(one.mark, from);
          one.at = found === -1 ? Number.POSITIVE_INFINITY : found;
        }
        first = Math.min(first, one.at);
      }
      return first === Number.POSITIVE_INFINITY ? null : first;
    },
    mayBegin(from) {
      for (let at = Math.max(from, text.length - longest); at < text.length; at++) {
        const end = text.slice(at);
        if (known.some(({ mark }) => mark.startsWith(end))) return at;
      }
      return text.length;
    },
  };
};
