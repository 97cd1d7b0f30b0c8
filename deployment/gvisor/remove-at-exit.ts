const left = new Set<() => void>();
process.on("exit", () => {
  for (const remove of left) remove();
});

/** The same action, which now also happens when this program ends before somebody has called it; it happens once. */
export function removeAtExit(action: () => void): () => void {
  const remove = (): void => {
    if (left.delete(remove)) action();
  };
  left.add(remove);
  return remove;
}
