const ended = /[.!?…]["”’»)\]*`]*$/;

/** The text on one line, with a full stop where it ends without a mark; "" stays "". */
export const sentence = (text: string): string => {
  const line = text.trim().replace(/\s+/g, " ");
  return line === "" || ended.test(line) ? line : `${line}.`;
};
