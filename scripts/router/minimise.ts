const memory = 8;

/** Writes the gradient at `point` into `gradient` and returns the value there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

interface Step {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  /** 1 / (move · turn) */
  readonly rho: number;
}

const dot = (left: Float64Array, right: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
};

/** target += factor * source */
const add = (target: Float64Array, factor: number, source: Float64Array): void => {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + factor * (source[at] ?? 0);
};

const minus = (left: Float64Array, right: Float64Array): Float64Array => {
  const difference = left.slice();
  add(difference, -1, right);
  return difference;
};

/**
 * Minimises a smooth convex function from zero with L-BFGS (Nocedal and Wright, algorithm 7.5) and a backtracking line
 * search; at most so many iterations, fewer when it no longer falls.
 */
export const minimise = (size: number, iterations: number, objective: Objective): Float64Array => {
  let point = new Float64Array(size);
  let gradient = new Float64Array(size);
  let value = objective(point, gradient);
  const steps: Step[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    if (slope >= 0) break;
    let length = iteration === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const nextGradient = new Float64Array(size);
    let next = point;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halvings = 0; halvings < 30; halvings++, length /= 2) {
      next = point.slice();
      add(next, length, direction);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const move = minus(next, point);
    const turn = minus(nextGradient, gradient);
    const curvature = dot(move, turn);
    if (curvature > 0) steps.push({ move, turn, rho: 1 / curvature });
    if (steps.length > memory) steps.shift();
    const fall = value - nextValue;
    point = next;
    gradient = nextGradient;
    value = nextValue;
    if (fall < 1e-7 * Math.abs(value)) break;
  }
  return point;
};

/** The two loops: minus the inverse curvature, as far as the last steps tell it, times the gradient. */
const descent = (gradient: Float64Array, steps: readonly Step[]): Float64Array => {
  const direction = gradient.map((slope) => -slope);
  const factors = steps.toReversed().map(({ move, turn, rho }) => {
    const factor = rho * dot(move, direction);
    add(direction, -factor, turn);
    return factor;
  });
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.turn, last.turn));
    for (let at = 0; at < direction.length; at++) direction[at] = (direction[at] ?? 0) * scale;
  }
  steps.forEach(({ move, turn, rho }, index) => {
    const factor = factors[steps.length - 1 - index] ?? 0;
    add(direction, factor - rho * dot(turn, direction), move);
  });
  return direction;
};
