/** An exact number: top / bottom, bottom > 0, without common factor while both are small. */
export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** Below this many bits a fraction is exact; above, 256 bits of it are kept, which is far more than is ever shown. */
const exactBits = 512;
const keptBits = 256;

/** The largest magnitude, as a power of ten; the smallest is its inverse. */
const largestPower = 400;
const largest = 10n ** BigInt(largestPower);

const bitsOf = (value: bigint): number => value.toString(16).length * 4;
const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** Of two numbers, `b` above 0; roots and shortened fractions have a power of two there, which is quick. */
const commonFactor = (a: bigint, b: bigint): bigint => {
  if (a !== 0n && (b & (b - 1n)) === 0n) {
    const lowest = a & -a;
    return lowest < b ? lowest : b;
  }
  let [large, small] = [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
};

/** Division that rounds half away from zero. */
const divided = (top: bigint, bottom: bigint): bigint => {
  const half = (abs(top) * 2n + bottom) / (bottom * 2n);
  return top < 0n ? -half : half;
};

/** The nearest fraction that is small enough to go on with. */
const shortened = (top: bigint, bottom: bigint): Fraction => {
  const shift = keptBits - bitsOf(abs(top)) + bitsOf(bottom);
  if (shift <= 0) return { top: divided(top, bottom), bottom: 1n };
  if (shift > largestPower * 4) return zero;
  return { top: divided(top << BigInt(shift), bottom), bottom: 1n << BigInt(shift) };
};

/** The fraction of two integers; `bottom` is not 0. */
export const fraction = (top: bigint, bottom: bigint): Fraction => {
  if (bottom === 1n) return { top, bottom };
  const [up, down] = bottom < 0n ? [-top, -bottom] : [top, bottom];
  if (bitsOf(down) > 2 * exactBits) return shortened(up, down);
  const factor = commonFactor(abs(up), down);
  const [shortUp, shortDown] = [up / factor, down / factor];
  return bitsOf(shortDown) > exactBits ? shortened(shortUp, shortDown) : { top: shortUp, bottom: shortDown };
};

export const whole = (value: number | bigint): Fraction => ({ top: BigInt(value), bottom: 1n });
export const zero: Fraction = whole(0);

export const add = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const negated = ({ top, bottom }: Fraction): Fraction => ({ top: -top, bottom });
export const subtract = (a: Fraction, b: Fraction): Fraction => add(a, negated(b));
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.top * b.top, a.bottom * b.bottom);
/** `b` is not 0. */
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.top * b.bottom, a.bottom * b.top);
/** The rest of a division, with the sign of `a` as in JavaScript; `b` is not 0. */
export const remainder = (a: Fraction, b: Fraction): Fraction =>
  fraction((a.top * b.bottom) % (b.top * a.bottom), a.bottom * b.bottom);

const cut = (top: bigint, bottom: bigint): Fraction =>
  bitsOf(bottom) > exactBits ? shortened(top, bottom) : { top, bottom };

/** A whole power, 0 or more; undefined: it is too large. A power of a reduced fraction is reduced. */
export const wholePower = (base: Fraction, exponent: number): Fraction | undefined => {
  let result = whole(1);
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = cut(result.top * square.top, result.bottom * square.bottom);
    if (left > 1) square = cut(square.top ** 2n, square.bottom ** 2n);
    if (isTooLarge(result) || isTooLarge(square)) return undefined;
  }
  return result;
};

export const compare = (a: Fraction, b: Fraction): number => {
  const [left, right] = [a.top * b.bottom, b.top * a.bottom];
  return left < right ? -1 : left > right ? 1 : 0;
};
export const isWhole = ({ bottom }: Fraction): boolean => bottom === 1n;
export const isTooLarge = ({ top, bottom }: Fraction): boolean => abs(top) >= largest * bottom;

/** Rounded to so many digits after the point, half away from zero. Negative digits round before the point. */
export const rounded = ({ top, bottom }: Fraction, digits: number): Fraction =>
  digits < 0
    ? whole(divided(top, bottom * 10n ** BigInt(-digits)) * 10n ** BigInt(-digits))
    : fraction(divided(top * 10n ** BigInt(digits), bottom), 10n ** BigInt(digits));

/** The whole number at or below. */
export const floor = ({ top, bottom }: Fraction): Fraction =>
  whole(top >= 0n || top % bottom === 0n ? top / bottom : top / bottom - 1n);

const rootOfInteger = (value: bigint): bigint => {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(bitsOf(value) / 2));
  for (let next = (guess + value / guess) / 2n; next < guess; next = (guess + value / guess) / 2n) guess = next;
  return guess;
};

/** The square root, exact where it is a fraction, else 128 bits of it; `value` is not negative. */
export const squareRoot = ({ top, bottom }: Fraction): Fraction => {
  const [up, down] = [rootOfInteger(top), rootOfInteger(bottom)];
  if (up * up === top && down * down === bottom) return fraction(up, down);
  const shift = BigInt(keptBits + 2 * Math.max(0, bitsOf(bottom) - bitsOf(top)));
  return fraction(rootOfInteger((top << (2n * shift)) / bottom), 1n << shift);
};

/** Reads plain digits with an optional point and an optional power of ten, as in "12", ".5" and "1.5e-3". */
export const fromDigits = (text: string): Fraction => {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [before = "", after = ""] = mantissa.split(".");
  const digits = BigInt(`${before}${after}` || "0");
  const scale = Number(power) - after.length;
  return scale < 0 ? fraction(digits, 10n ** BigInt(-scale)) : whole(digits * 10n ** BigInt(scale));
};

const scientific = ({ top, bottom }: Fraction): string => {
  let power = 0;
  let scaled = abs(top);
  for (; scaled < bottom; power++) scaled *= 10n;
  const mantissa = toText(rounded({ top: scaled, bottom }, 9));
  return `${top < 0n ? "-" : ""}${mantissa}e-${power}`;
};

/** For people: at most ten digits after the point; a power of ten only for what would else read 0. */
export const toText = (value: Fraction): string => {
  const scaled = divided(abs(value.top) * 10n ** 10n, value.bottom);
  if (scaled === 0n && value.top !== 0n) return scientific(value);
  const digits = scaled.toString().padStart(11, "0");
  const after = digits.slice(-10).replace(/0+$/, "");
  return `${value.top < 0n ? "-" : ""}${digits.slice(0, -10)}${after && `.${after}`}`;
};

const exactInDouble = 2n ** 53n;

/** The nearest double, or one beside it. */
export const toNumber = ({ top, bottom }: Fraction): number => {
  if (abs(top) < exactInDouble && bottom < exactInDouble) return Number(top) / Number(bottom);
  const shift = 80 - bitsOf(abs(top)) + bitsOf(bottom);
  const mantissa = shift > 0 ? (top << BigInt(shift)) / bottom : top / (bottom << BigInt(-shift));
  return shift > 1000 ? (Number(mantissa) / 2 ** 1000) * 2 ** (1000 - shift) : Number(mantissa) * 2 ** -shift;
};
