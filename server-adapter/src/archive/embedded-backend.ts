/** DICOMweb from the embedded archive: QIDO-RS, WADO-RS and STOW-RS. It stores and returns files as they are. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { chooseFileForm, requireJson } from '../dicomweb/accept';
import {
  DICOM_JSON,
  type DicomWebAnswer,
  type DicomWebBackend,
  type DicomWebRequest,
  type StoreRequest,
} from '../dicomweb/backend';
import { HttpError, notFound } from '../dicomweb/http-error';
import { multipartChunks } from '../dicomweb/multipart';
import { receiveParts, type StoreLimits } from '../dicomweb/receive';
import type { DicomWebResource } from '../dicomweb/resource';
import { storeAnswer, type RefusedInstance, type StoredInstance } from '../dicomweb/store-response';
import { FAILURE } from './admission';
import type { Archive, StoreOutcome } from './archive';
import type { InstanceEntry } from './catalog';
import { bulkAnswer, framesAnswer } from './frames';
import { instanceMetadata } from './metadata';
import { inParallel } from './parallel';
import { searchAnswer } from './search-answer';

const METADATA_BATCH = 64;
const READERS = 8;

type Of<K extends DicomWebResource['kind']> = Extract<DicomWebResource, { kind: K }>;

export class EmbeddedBackend implements DicomWebBackend {
  constructor(
    private readonly archive: Archive,
    private readonly limits: StoreLimits
  ) {}

  async answer(request: DicomWebRequest): Promise<DicomWebAnswer> {
    const { resource } = request;
    switch (resource.kind) {
      case 'search':
        requireJson(request.accept);
        return searchAnswer(this.archive, resource, request.query, request.baseUrl);
      case 'metadata':
        requireJson(request.accept);
        return this.metadata(this.select(resource), request.baseUrl);
      case 'retrieve':
        return this.retrieve(resource, request);
      case 'frames':
        return framesAnswer(this.select(resource)[0], resource.frames, request.accept);
      case 'bulk':
        return bulkAnswer(this.select(resource)[0], resource.path);
      case 'rendered':
        throw new HttpError({
          status: 501,
          code: 'NOT_RENDERED',
          what: 'the embedded archive makes no pictures',
          why: 'it returns frames, which the viewer renders itself',
          remedy: 'use an archive such as Orthanc with --dicomweb when rendered images are needed',
        });
    }
  }

  async store(request: StoreRequest): Promise<DicomWebAnswer> {
    const stored: StoredInstance[] = [];
    const refused: RefusedInstance[] = [];
    await receiveParts(
      request.body,
      request.boundary,
      this.limits,
      () => this.archive.stagingPath(),
      async (path) => {
        const outcome = await this.archive.accept(path, request.study);
        if (outcome.status === 'refused') refused.push(toRefused(outcome));
        else stored.push(outcome.description);
      }
    );
    return storeAnswer(stored, refused, request.baseUrl);
  }

  close(): Promise<void> {
    return this.archive.close();
  }

  private select(at: Of<'metadata'> | Of<'retrieve'> | Of<'frames'> | Of<'bulk'>): InstanceEntry[] {
    const found = this.archive.catalog.select(at.study, at.series, at.instance);
    if (found.length === 0) throw notFound('this study, series or instance is not in the archive');
    return found;
  }

  /** The first batch is read before the answer begins, so that a failure there is still a clean error. */
  private async metadata(
    instances: readonly InstanceEntry[],
    baseUrl: string
  ): Promise<DicomWebAnswer> {
    const batch = (start: number) =>
      inParallel(instances.slice(start, start + METADATA_BATCH), READERS, async (instance) =>
        JSON.stringify(await instanceMetadata(instance, baseUrl))
      );
    const first = await batch(0);
    async function* text() {
      yield `[${first.join(',')}`;
      for (let start = METADATA_BATCH; start < instances.length; start += METADATA_BATCH) {
        yield `,${(await batch(start)).join(',')}`;
      }
      yield ']';
    }
    return {
      status: 200,
      contentType: DICOM_JSON,
      body: Readable.from(text(), { objectMode: false }),
    };
  }

  private retrieve(resource: Of<'retrieve'>, request: DicomWebRequest): DicomWebAnswer {
    const instances = this.select(resource);
    const form = chooseFileForm(request.accept, resource.instance !== undefined);
    if (form === 'single') {
      return {
        status: 200,
        contentType: 'application/dicom',
        body: createReadStream(instances[0].path),
      };
    }
    const boundary = randomUUID();
    const { head, tail } = multipartChunks(boundary);
    async function* chunks() {
      for (const instance of instances) {
        yield head(`application/dicom; transfer-syntax=${instance.transferSyntaxUid}`);
        yield* createReadStream(instance.path) as AsyncIterable<Buffer>;
      }
      yield tail();
    }
    return {
      status: 200,
      contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
      body: Readable.from(chunks(), { objectMode: false }),
    };
  }
}

function toRefused({
  refusal,
  description,
}: Extract<StoreOutcome, { status: 'refused' }>): RefusedInstance {
  return {
    sopClassUid: description?.sopClassUid ?? '',
    sopInstanceUid: description?.sopInstanceUid ?? '',
    reason: refusal.reason ?? FAILURE.processingFailure,
    comment: refusal.comment,
  };
}
