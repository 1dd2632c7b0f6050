/** The `code` of a system error such as ENOENT or Z_BUF_ERROR; '' when a thrown value has none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
