/**
 * How many characters must be inserted, removed or changed to make one text of the other; `limit + 1` as soon as it is clear
 * that they are more than `limit`. Work is at most length times `2 * limit + 1`.
 */
export const distanceWithin = (a: string, b: string, limit: number): number => {
  const start = sharedStart(a, b);
  const end = sharedEnd(a, b, start);
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const columns = short.length - start - end;
  const rows = long.length - start - end;
  if (rows - columns > limit) return limit + 1;
  if (columns === 0) return rows;

  // Cells further than `limit` from the diagonal cannot be on a way that is short enough.
  let previous = Int32Array.from({ length: columns + 1 }, (_, column) => column);
  let current = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    const from = Math.max(1, row - limit);
    const to = Math.min(columns, row + limit);
    current[from - 1] = from === 1 ? row : limit + 1;
    let best = current[from - 1] ?? 0;
    for (let column = from; column <= to; column++) {
      const same = long.charCodeAt(start + row - 1) === short.charCodeAt(start + column - 1);
      const above = column < row + limit ? (previous[column] ?? 0) + 1 : limit + 1;
      const left = (current[column - 1] ?? 0) + 1;
      const cell = Math.min((previous[column - 1] ?? 0) + (same ? 0 : 1), above, left);
      current[column] = cell;
      if (cell < best) best = cell;
    }
    if (best > limit) return limit + 1;
    [previous, current] = [current, previous];
  }
  return Math.min(previous[columns] ?? 0, limit + 1);
};

const sharedStart = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a.charCodeAt(count) === b.charCodeAt(count)) count++;
  return count;
};

const sharedEnd = (a: string, b: string, start: number): number => {
  const most = Math.min(a.length, b.length) - start;
  let count = 0;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
};
