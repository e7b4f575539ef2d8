/** The words that the source has for one `export const`. */
export interface SourceDocs {
  readonly name: string;
  /** The comment above it; "" without one. */
  readonly doc: string;
  /** Comments above fields, by the field's name. */
  readonly fields: ReadonlyMap<string, string>;
  /** Comments above members of a discriminated union, by the value that tells them apart. */
  readonly variants: ReadonlyMap<string, string>;
}

/** A comment's text on one line, without its stars. */
const words = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*\s?/, "").trim())
    .join(" ")
    .trim();

const comment = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/`;

const byName = (text: string, follows: string): Map<string, string> => {
  const found = text.matchAll(new RegExp(`${comment}\\s*${follows}`, "g"));
  return new Map([...found].map(([, doc = "", name = ""]) => [name, words(doc)]));
};

/** What begins at the margin of a formatted file: the comment of the next declaration, or the declaration. */
const nextDeclaration = /^(?:\/\*\*|export |const |interface )/m;

/** The exported constants of a protocol file in their order. It is formatted by biome, so declarations begin a line. */
export const readDocs = (source: string): SourceDocs[] => {
  const start = new RegExp(`^(?:${comment}\n)?export const (\\w+)`, "gm");
  return [...source.matchAll(start)].map((match) => {
    const [whole, doc = "", name = ""] = match;
    const [body = ""] = source.slice(match.index + whole.length).split(nextDeclaration, 1);
    return {
      name,
      doc: words(doc),
      fields: byName(body, String.raw`(\w+):`),
      variants: byName(body, String.raw`z\.object\(\{\s*\w+: z\.literal\("([^"]+)"\)`),
    };
  });
};
