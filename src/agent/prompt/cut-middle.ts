/** Shorter remains of a text tell nobody anything. */
const shortestRemains = 80;

/** Of what is kept, this share is the beginning. */
const headShare = 0.6;

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/** `at`, or one less when it lies inside a letter that takes two places. */
const betweenLetters = (text: string, at: number): number => (isHighSurrogate(text.charCodeAt(at - 1)) ? at - 1 : at);

const linesIn = (text: string): number => text.split("\n").length;

const marker = (left: string): string => {
  const lines = linesIn(left.replace(/^\n|\n$/g, ""));
  return lines > 1 ? `… ${lines} lines left out …` : `… ${left.length} characters left out …`;
};

/**
 * The beginning and the end of the text, at most `keep` characters of it, with a line between them that says how much
 * is missing. Cuts between lines where that loses less than half. A text that is no longer than `keep` stays as it is.
 */
export const cutMiddle = (text: string, keep: number): string => {
  if (text.length <= keep) return text;
  const headMost = Math.floor(keep * headShare);
  const tailMost = keep - headMost;
  const lineEnd = text.lastIndexOf("\n", headMost);
  const headEnd = lineEnd > headMost / 2 ? lineEnd : betweenLetters(text, headMost);
  const lineStart = text.indexOf("\n", text.length - tailMost - 1) + 1;
  const cutAt = betweenLetters(text, text.length - tailMost);
  // One letter more rather than half of it would go over `keep`: the tail begins after it.
  const tailAt = cutAt < text.length - tailMost ? cutAt + 2 : cutAt;
  const tailStart = lineStart > 0 && text.length - lineStart > tailMost / 2 ? lineStart : tailAt;
  return `${text.slice(0, headEnd)}\n${marker(text.slice(headEnd, tailStart))}\n${text.slice(tailStart)}`;
};

/** Good enough: so much of the free room is used. Every further try is a count by the engine. */
const wellFilled = 0.85;
const mostTries = 8;

/**
 * The text with its middle cut so that `tokensWith` of it is at most `most`, filling the room well but not to the last
 * token; null when there is room for nothing worth sending. `without`: the tokens when the text is left out.
 */
export const cutToFit = async (
  text: string,
  { most, without }: { readonly most: number; readonly without: number },
  tokensWith: (text: string) => Promise<number>,
): Promise<string | null> => {
  let best: string | null = null;
  let [low, lowTokens] = [0, without];
  let high = text.length;
  // Unknown yet how long its tokens are: code has about three to four characters in each.
  let keep = Math.floor((most - without) * 3.5);
  for (let tries = 0; tries < mostTries && high - low > shortestRemains / 2; tries++) {
    keep = Math.min(Math.max(keep, low + Math.ceil((high - low) / 16)), high - 1);
    if (keep < shortestRemains) break;
    const cut = cutMiddle(text, keep);
    const tokens = await tokensWith(cut);
    if (tokens > most) high = keep;
    else {
      best = cut;
      [low, lowTokens] = [keep, tokens];
      if (tokens - without >= (most - without) * wellFilled) return best;
    }
    const perToken =
      (lowTokens > without ? low : keep) / Math.max((lowTokens > without ? lowTokens : tokens) - without, 1);
    const guess = Math.floor((most - without) * perToken * 0.95);
    // A guess outside of what is known to fit and not to fit says nothing.
    keep = guess > low && guess < high ? guess : Math.floor((low + high) / 2);
  }
  return best;
};
