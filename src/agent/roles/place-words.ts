/** Where a value stands, as people count: `["steps", 1, "after", 0]` is "steps 2, after 1". */
export const placeWords = (path: readonly PropertyKey[]): string => {
  const words: string[] = [];
  for (const key of path.map(String)) {
    const last = words.at(-1);
    if (last !== undefined && /^\d+$/.test(key)) words[words.length - 1] = `${last} ${Number(key) + 1}`;
    else words.push(key);
  }
  return words.join(", ");
};
