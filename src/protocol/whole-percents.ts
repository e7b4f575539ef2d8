/**
 * Shares of one whole as percentages without decimals that add up to 100: what rounding down leaves over goes to those
 * that lost most by it. Shares that add up to nothing are 0 each.
 */
export const wholePercents = (shares: readonly number[]): number[] => {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  if (whole <= 0) return shares.map(() => 0);
  const exact = shares.map((share) => (share / whole) * 100);
  const floors = exact.map(Math.floor);
  const left = 100 - floors.reduce((sum, floor) => sum + floor, 0);
  const lost = exact.map((value, index) => ({ index, by: value - Math.floor(value) })).sort((a, b) => b.by - a.by);
  const raised = new Set(lost.slice(0, left).map(({ index }) => index));
  return floors.map((floor, index) => (raised.has(index) ? floor + 1 : floor));
};
