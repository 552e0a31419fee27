/**
 * The function, computing once for each object that it is called with: the one way in which rules share what takes long
 * to find out. A value is kept as long as its object is.
 * @param compute pure
 */
export function memoize<Of extends WeakKey, Value>(compute: (of: Of) => Value): (of: Of) => Value {
  const known = new WeakMap<Of, { readonly value: Value }>();
  return of => {
    let found = known.get(of);
    if (found === undefined) {
      found = { value: compute(of) };
      known.set(of, found);
    }
    return found.value;
  };
}
