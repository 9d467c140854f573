/** The border marker: red head, granite body. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M10 5.5 16 3l6 2.5V15H10z" fill="#c8102e" />
      <path d="M10 15h12v11H10z" fill="#8d8780" />
      <path d="M6 26h20v3H6z" fill="#5c5751" />
    </svg>
  );
}
