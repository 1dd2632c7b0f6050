/** @file The section where a person brings own models: a folder, an address, or a bare ONNX file with a drafted manifest. */
import { useCallback, useRef, useState, useSyncExternalStore } from 'react';
import { toCordonError, type CordonError } from '@cordon/extension-workbench/pure';
import {
  Button,
  IconButton,
  icons,
  Message,
  Row,
  TextField,
  useTexts,
} from '@cordon/extension-workbench/ui';
import { draftManifest } from '../../catalog/draft-manifest';
import { fetchFrom } from '../../catalog/fetch-files';
import type { ReadModelFile } from '../../catalog/model-files';
import type { ModelShelf } from './model-shelf';
import { readFolder, readPair } from './read-folder';
import { NAMESPACE } from './texts';

/** A graph whose manifest is being written. */
interface Draft {
  readonly text: string;
  readonly graph: Uint8Array;
}

type Outcome = { readonly added: string } | { readonly failed: CordonError } | undefined;

export function ModelsSection({ shelf }: { readonly shelf: ModelShelf }) {
  const t = useTexts(NAMESPACE);
  const [outcome, setOutcome] = useState<Outcome>();
  const [draft, setDraft] = useState<Draft>();
  const added = useSyncExternalStore(
    useCallback((listener) => shelf.subscribe(listener), [shelf]),
    () => shelf.added()
  );
  const attempt = (work: () => Promise<Outcome>) => {
    setOutcome(undefined);
    work().then(setOutcome, (error: unknown) => {
      setOutcome({ failed: toCordonError(error) });
    });
  };
  const add = (read: ReadModelFile) => {
    attempt(async () => {
      const { title } = await shelf.add(read);
      setDraft(undefined);
      return { added: title };
    });
  };
  const startDraft = ([file]: readonly File[]) => {
    attempt(async () => {
      const graph = new Uint8Array(await file.arrayBuffer());
      setDraft({ text: JSON.stringify(await draftManifest(file.name, graph), null, 2), graph });
      return undefined;
    });
  };
  return (
    <div className="flex flex-col gap-2" data-cy="cordon-models">
      <p className="text-muted-foreground text-sm">{t('explain')}</p>
      <div className="flex gap-2">
        <FilesButton label={t('folder')} isFolder onChoose={(files) => add(readFolder(files))} />
        <FilesButton label={t('file')} onChoose={startDraft} />
      </div>
      <Row label={t('address')}>
        <TextField
          label={t('address')}
          value=""
          placeholder={t('addressPlaceholder')}
          onChange={(address) => {
            attempt(() => {
              const folder = new URL(
                address.endsWith('/') ? address : `${address}/`,
                document.baseURI
              );
              add(fetchFrom(folder.href));
              return Promise.resolve(undefined);
            });
          }}
        />
      </Row>
      {draft ? (
        <DraftEditor
          draft={draft}
          onConfirm={(text) => {
            add(readPair(text, draft.graph));
          }}
          onCancel={() => {
            setDraft(undefined);
          }}
        />
      ) : null}
      <OutcomeMessage outcome={outcome} />
      <ul>
        {added.map(({ id, title }) => (
          <li key={id} className="flex items-center gap-1">
            <span className="min-w-0 flex-1 truncate">{title}</span>
            <IconButton
              label={t('remove', { title })}
              icon={<icons.CloseIcon />}
              onClick={() => {
                attempt(async () => {
                  await shelf.remove(id);
                  return undefined;
                });
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function OutcomeMessage({ outcome }: { readonly outcome: Outcome }) {
  const t = useTexts(NAMESPACE);
  if (!outcome) return null;
  if ('added' in outcome) {
    return <Message kind="success" what={t('added', { title: outcome.added })} />;
  }
  const { what, why, remedy } = outcome.failed;
  return <Message kind="error" what={what} why={why} remedy={remedy} />;
}

interface FilesButtonProps {
  readonly label: string;
  readonly isFolder?: boolean;
  readonly onChoose: (files: readonly File[]) => void;
}

/** A button that opens the browser's own dialog for files. */
function FilesButton({ label, isFolder = false, onChoose }: FilesButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-hidden
        tabIndex={-1}
        {...(isFolder ? { webkitdirectory: '' } : { accept: '.onnx' })}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same choice again must be noticed too.
          target.value = '';
          if (files.length > 0) onChoose(files);
        }}
      />
      <Button className="flex-1" onClick={() => input.current?.click()}>
        {label}
      </Button>
    </>
  );
}

interface DraftEditorProps {
  readonly draft: Draft;
  readonly onConfirm: (text: string) => void;
  readonly onCancel: () => void;
}

function DraftEditor({ draft, onConfirm, onCancel }: DraftEditorProps) {
  const t = useTexts(NAMESPACE);
  const [text, setText] = useState(draft.text);
  return (
    <div className="flex flex-col gap-1">
      <p className="text-muted-foreground text-sm">{t('draftHint')}</p>
      <textarea
        aria-label={t('draft')}
        className="cordon-focus border-input bg-background text-foreground w-full rounded border p-2 text-sm"
        rows={14}
        spellCheck={false}
        dir="ltr"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
        // Letters are text here, not the host's hotkeys.
        onKeyDown={(event) => {
          event.stopPropagation();
        }}
      />
      <div className="flex gap-2">
        <Button
          kind="primary"
          className="flex-1"
          onClick={() => {
            onConfirm(text);
          }}
        >
          {t('confirm')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </div>
  );
}
