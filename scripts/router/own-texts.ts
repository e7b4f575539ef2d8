import type { OwnText } from "./dataset.ts";
import { coderSets } from "./own-texts/coder.ts";
import { generalSets } from "./own-texts/general.ts";
import { mathSets } from "./own-texts/math.ts";
import { talkSets } from "./own-texts/talk.ts";
import { taskSets } from "./own-texts/tasks.ts";
import type { TextSet } from "./own-texts/text-set.ts";
import { topicSets } from "./own-texts/topics.ts";

const textsOf = ({ forms, fillers, each }: TextSet): readonly string[] =>
  fillers.length === 0
    ? forms
    : forms.flatMap((form, at) =>
        Array.from({ length: Math.min(each, fillers.length) }, (_, step) =>
          form.replaceAll("{}", fillers[(at * each + step) % fillers.length] ?? ""),
        ),
      );

/** What users type and the sources lack: greetings, short questions, other languages, bare sums and bare code. */
export const ownTexts: readonly OwnText[] = [
  ...talkSets,
  ...generalSets,
  ...mathSets,
  ...coderSets,
  ...topicSets,
  ...taskSets,
].flatMap((set) =>
  textsOf(set).map((text) => ({
    text,
    domain: set.domain,
    complexity: set.complexity === null ? null : Number(set.complexity === "complex"),
    needsTools: set.needsTools === null ? null : Number(set.needsTools),
  })),
);
