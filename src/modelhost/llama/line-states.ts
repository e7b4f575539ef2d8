/** A set of places in the texts that the same lines lead to. */
export interface LineState {
  readonly id: number;
  /** The most lines that lead here. Every next state has more. */
  readonly longest: number;
  readonly next: ReadonlyMap<string, number>;
}

interface Growing {
  longest: number;
  next: Map<string, number>;
  /** The state of the longest ending of these lines that also stands elsewhere; -1: none. */
  shorter: number;
}

/**
 * The automaton of all runs of lines, over all texts: from the first state, the lines of a run lead to a state, and other
 * lines nowhere. At most two states and three ways for each line, made in linear time (a suffix automaton: Blumer and
 * others, 1985).
 */
export const lineStates = (texts: readonly (readonly string[])[]): LineState[] => {
  const states: Growing[] = [{ longest: 0, next: new Map(), shorter: -1 }];
  const at = (id: number): Growing => {
    const state = states[id];
    if (!state) throw new Error(`there is no state ${id}`);
    return state;
  };
  const create = (longest: number, next: Map<string, number>, shorter: number): number =>
    states.push({ longest, next, shorter }) - 1;
  /** From `from` and all its shorter endings that lead to `old`, the line leads to `fresh` from now on. */
  const redirect = (from: number, line: string, [old, fresh]: readonly [number | undefined, number]): number => {
    let id = from;
    for (; id !== -1 && at(id).next.get(line) === old; id = at(id).shorter) at(id).next.set(line, fresh);
    return id;
  };
  /** The state for the endings that `line` makes from `from`, which may have to be split off. */
  const endingAt = (from: number, line: string, target: number): number => {
    const { longest, next, shorter } = at(target);
    if (longest === at(from).longest + 1) return target;
    const copy = create(at(from).longest + 1, new Map(next), shorter);
    at(target).shorter = copy;
    redirect(from, line, [target, copy]);
    return copy;
  };
  const extend = (last: number, line: string): number => {
    const known = at(last).next.get(line);
    if (known !== undefined) return endingAt(last, line, known);
    const fresh = create(at(last).longest + 1, new Map(), 0);
    const stop = redirect(last, line, [undefined, fresh]);
    const target = stop === -1 ? undefined : at(stop).next.get(line);
    if (target !== undefined) at(fresh).shorter = endingAt(stop, line, target);
    return fresh;
  };
  for (const lines of texts) lines.reduce(extend, 0);
  return states.map(({ longest, next }, id) => ({ id, longest, next }));
};
