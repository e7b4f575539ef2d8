const longest = 48;

/** An id made of the name's letters and digits that is not among those taken: "My Models!" → "my-models-2". */
export const freeProfileId = (name: string, taken: readonly string[]): string => {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain || "profile";
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `-${count}`;
    const id = `${base.slice(0, longest - suffix.length)}${suffix}`;
    if (!taken.includes(id)) return id;
  }
};
