const verbs = new Set(
  "add build change choose compare configure convert create delete deploy design document extract fix implement integrate introduce migrate move port refactor remove rename replace restructure rewrite split test update upgrade write".split(
    " ",
  ),
);

/** After these, and after a stop or a line's end, a task can begin. */
const connecting = new Set(["and", "then", "also", "please", "you", "to", "finally"]);

/** How many different things a request asks to be done, as far as its English verbs tell. */
export const countTasks = (text: string): number => {
  const found = new Set<string>();
  let canBegin = true;
  for (const [token] of text.matchAll(/[a-z]+|[,.;:?!\n]/gi)) {
    const word = token.toLowerCase();
    if (canBegin && verbs.has(word)) found.add(word);
    canBegin = !/^[a-z]/.test(word) || connecting.has(word);
  }
  return found.size;
};
