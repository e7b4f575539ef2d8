/**
 * The one rule about links in answers: https only, without a user name or password in front of the host.
 * Returns the address as it will be opened, or null when the link must be shown as plain text.
 */
export const allowedLink = (href: string): string | null => {
  if (!/^https:\/\//i.test(href) || !URL.canParse(href)) return null;
  const url = new URL(href);
  return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : null;
};

const named = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
]);

/** Markdown text may hold character references; as we write text nodes, not HTML, the common ones are resolved here. */
export const resolveReferences = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, dec, hex, name) => {
    if (name) return named.get(name) ?? whole;
    const code = dec ? Number(dec) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
