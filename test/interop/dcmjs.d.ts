/** dcmjs carries no types: what the tests use of its dictionary. */
declare module 'dcmjs' {
  const dcmjs: { readonly data: { readonly DicomMetaDictionary: { readonly nameMap: object } } };
  export default dcmjs;
}
