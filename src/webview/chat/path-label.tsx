/** A path with lines in little room: the folder is cut first, the file's name and the lines stay readable. */
export const PathLabel = ({ path, lines }: { path: string; lines: string }) => {
  const nameStart = path.lastIndexOf("/") + 1;
  return (
    <span class="path">
      <span class="folder">{path.slice(0, nameStart)}</span>
      <span class="file">{path.slice(nameStart)}</span>
      <span>{lines}</span>
    </span>
  );
};
