/** Tags that nobody sees, and blanks without width: instructions may hide in them. */
const unseen = /[\u{e0000}-\u{e01ef}\u200b\u2060-\u2064\u206a-\u206f\ufeff]/gu;
/** What turns the direction of text makes code read otherwise than it runs. */
const turning = /[\u202a-\u202e\u2066-\u2069]/gu;

/** The text without what cannot be seen; what turns its direction is written as `\u202e`. */
export const visibleText = (text: string): string =>
  text.replace(unseen, "").replace(turning, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16)}`);
