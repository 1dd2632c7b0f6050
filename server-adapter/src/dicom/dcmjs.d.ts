/** The part of dcmjs that the gateway uses: the data dictionary. dcmjs ships no type declarations. */
declare module 'dcmjs' {
  interface Entry {
    readonly tag: string;
    readonly vr: string;
    readonly name: string;
  }
  const dcmjs: {
    readonly data: {
      readonly DicomMetaDictionary: {
        readonly dictionary: Readonly<Record<string, Entry | undefined>>;
        readonly nameMap: Readonly<Record<string, Entry | undefined>>;
      };
    };
  };
  export default dcmjs;
}
