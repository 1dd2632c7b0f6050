/** As much of XMLHttpRequest, over fetch, as dicomweb-client needs in Node. */
type Handler = ((event: { readonly currentTarget: FetchXmlHttpRequest }) => void) | null;

export class FetchXmlHttpRequest {
  onloadstart: Handler = null;
  onloadend: Handler = null;
  onerror: Handler = null;
  onprogress: Handler = null;
  onabort: Handler = null;
  onreadystatechange: Handler = null;
  readonly upload = {};
  responseType = '';
  readyState = 0;
  status = 0;
  statusText = '';
  response: unknown = null;
  responseText = '';
  private method = 'GET';
  private url = '';
  private answer?: Response;
  private readonly headers: [string, string][] = [];

  open(method: string, url: string): void {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.push([name, value]);
  }

  getResponseHeader(name: string): string | null {
    return this.answer?.headers.get(name) ?? null;
  }

  getAllResponseHeaders(): string {
    return [...(this.answer?.headers ?? [])]
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n');
  }

  send(body?: BodyInit): void {
    const event = { currentTarget: this };
    const run = async () => {
      this.onloadstart?.(event);
      this.answer = await fetch(this.url, { method: this.method, headers: this.headers, body });
      const bytes = await this.answer.arrayBuffer();
      this.status = this.answer.status;
      this.statusText = this.answer.statusText;
      this.readyState = 4;
      this.response = this.decode(bytes);
      this.onreadystatechange?.(event);
      this.onloadend?.(event);
    };
    run().catch(() => this.onerror?.(event));
  }

  private decode(bytes: ArrayBuffer): unknown {
    if (this.responseType === 'arraybuffer') return bytes;
    this.responseText = new TextDecoder().decode(bytes);
    if (this.responseType !== 'json') return this.responseText;
    return this.responseText ? JSON.parse(this.responseText) : null;
  }
}
