/**
 * The value of an expression of numbers, + - * / % ** and brackets; undefined when it is anything else.
 * Precedence as in JavaScript, ** to the right, unary minus before **.
 */
export const evaluate = (expression: string): number | undefined => {
  const tokens = expression.match(/\d+(?:\.\d+)?|\*\*|[-+*/%()]/g) ?? [];
  if (tokens.join("") !== expression.replace(/\s+/g, "")) return undefined;
  let at = 0;
  const take = (...wanted: string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    at++;
    return token;
  };

  const primary = (): number => {
    if (take("-")) return -primary();
    if (take("(")) {
      const value = sum();
      return take(")") ? value : Number.NaN;
    }
    const token = tokens[at++] ?? "";
    return /^\d/.test(token) ? Number(token) : Number.NaN;
  };
  const power = (): number => {
    const base = primary();
    return take("**") ? base ** power() : base;
  };
  const product = (): number => {
    let value = power();
    for (let operator = take("*", "/", "%"); operator; operator = take("*", "/", "%")) {
      const right = power();
      value = operator === "*" ? value * right : operator === "/" ? value / right : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let operator = take("+", "-"); operator; operator = take("+", "-")) {
      const right = product();
      value = operator === "+" ? value + right : value - right;
    }
    return value;
  };

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
};

/** The value for people: at most ten digits after the point, no trailing noise of binary fractions. */
export const formatNumber = (value: number): string => String(Number(value.toFixed(10)));
