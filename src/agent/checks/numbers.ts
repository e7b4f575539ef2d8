/** The numbers of a text as JavaScript numbers, in order, at most 500; percentages and amounts without their signs. */
export const numbersOf = (text: string): number[] => {
  const found: number[] = [];
  for (const [number] of text.matchAll(
    /(?<![\p{L}\d.,:/_-])-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,15})?(?![\d:]|,\d|\.\d)/gu,
  )) {
    found.push(Number(number.replaceAll(",", "")));
    if (found.length >= 500) break;
  }
  return found;
};
