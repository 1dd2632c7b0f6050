/** DICOMweb from another server. Every request is rebuilt from its parts; every JSON answer is read and checked. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonDataset } from '../dicom/json';
import { requireJson } from '../dicomweb/accept';
import {
  DICOM_JSON,
  type DicomWebAnswer,
  type DicomWebBackend,
  type DicomWebRequest,
  type StoreRequest,
} from '../dicomweb/backend';
import type { StoreLimits } from '../dicomweb/receive';
import { resourcePath } from '../dicomweb/resource';
import { DescriptionFiller } from './fill-in';
import { acceptHeader, renderedParameters, searchParameters } from './query';
import { asDatasets, rewriteDataset, withoutAddresses } from './rewrite';
import { storeUpstream } from './store';
import { failed, statusError, type Upstream } from './upstream';

const FILES = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

export class ProxyBackend implements DicomWebBackend {
  private readonly filler: DescriptionFiller;

  private constructor(
    private readonly upstream: Upstream,
    private readonly limits: StoreLimits,
    private readonly incoming: string
  ) {
    this.filler = new DescriptionFiller(upstream);
  }

  static async open(upstream: Upstream, limits: StoreLimits): Promise<ProxyBackend> {
    return new ProxyBackend(upstream, limits, await mkdtemp(join(tmpdir(), 'cordon-store-')));
  }

  async answer(request: DicomWebRequest): Promise<DicomWebAnswer> {
    const { resource } = request;
    switch (resource.kind) {
      case 'search':
      case 'metadata':
        requireJson(request.accept);
        return this.json(request);
      case 'retrieve':
        return this.binary(request, acceptHeader(request.accept, FILES));
      case 'frames':
      case 'bulk':
        return this.binary(request, acceptHeader(request.accept, FRAMES));
      case 'rendered':
        return this.binary(
          request,
          acceptHeader(request.accept, 'image/jpeg'),
          renderedParameters(request.query)
        );
    }
  }

  async store(request: StoreRequest): Promise<DicomWebAnswer> {
    const newPath = () => join(this.incoming, `${randomUUID()}.part`);
    return storeUpstream(this.upstream, request, this.limits, newPath);
  }

  async close(): Promise<void> {
    this.upstream.close();
    await rm(this.incoming, { recursive: true, force: true });
  }

  private async json(request: DicomWebRequest): Promise<DicomWebAnswer> {
    const { resource, authorization, signal, baseUrl } = request;
    const { value, warning } = await this.upstream.jsonAnswer({
      method: 'GET',
      path: resourcePath(resource),
      query: resource.kind === 'search' ? searchParameters(request.query) : undefined,
      accept: DICOM_JSON,
      authorization,
      signal,
    });
    const datasets: JsonDataset[] | undefined = asDatasets(value);
    if (!datasets) {
      throw failed(
        'UPSTREAM_NOT_DICOMWEB',
        'its answer is JSON, but no DICOM JSON',
        'check that the address given with --dicomweb is a DICOMweb root'
      );
    }
    if (resource.kind === 'search' && resource.level === 'studies') {
      await this.filler.fillStudies(datasets, { authorization, signal });
    }
    if (resource.kind === 'search' && resource.level === 'series' && resource.study) {
      await this.filler.fillSeries(resource.study, datasets, { authorization, signal });
    }
    datasets.forEach((dataset) => rewriteDataset(dataset, baseUrl));
    return {
      status: 200,
      contentType: DICOM_JSON,
      // That there is more than it lists, for one.
      warning: warning && withoutAddresses(warning),
      body: JSON.stringify(datasets),
    };
  }

  private async binary(
    { resource, authorization, signal, baseUrl }: DicomWebRequest,
    accept: string,
    query?: URLSearchParams
  ): Promise<DicomWebAnswer> {
    const answer = await this.upstream.send({
      method: 'GET',
      path: resourcePath(resource),
      query,
      accept,
      authorization,
      signal,
      forwarded: forwardedFor(baseUrl),
    });
    const status = answer.statusCode ?? 0;
    const contentType = answer.headers['content-type'] ?? 'application/octet-stream';
    if (status !== 200 || contentType.includes('html')) {
      answer.resume();
      if (status >= 400) throw statusError(status);
      throw failed(
        'UPSTREAM_NOT_DICOMWEB',
        'it answered with something else than images',
        'check that the address given with --dicomweb is a DICOMweb root and needs no login page'
      );
    }
    return { status: 200, contentType, body: answer };
  }
}

/** RFC 7239; Orthanc builds its addresses from it. */
function forwardedFor(baseUrl: string): string {
  const { protocol, host } = new URL(baseUrl);
  return `host="${host}";proto=${protocol.replace(':', '')}`;
}
