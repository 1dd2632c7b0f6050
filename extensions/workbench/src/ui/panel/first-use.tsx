/** @file What a method does, in one line, the first time that someone uses it in this browser. */
import { useEffect, useState } from 'react';
import { IconButton } from '../kit/button';
import { CloseIcon } from '../kit/icons';
import { useLanguage, usePreferences } from '../panel-context';

export function FirstUse({ method, text }: { readonly method: string; readonly text: string }) {
  const { t } = useLanguage();
  const [{ metMethods }, preferences] = usePreferences();
  const [isNew, setNew] = useState(() => !metMethods.includes(method));
  useEffect(() => {
    const { metMethods: known } = preferences.get();
    if (!known.includes(method)) preferences.change({ metMethods: [...known, method] });
  }, [method, preferences]);
  if (!isNew) return null;
  return (
    <p className="text-muted-foreground mb-1 flex items-center gap-1 text-sm">
      <span className="min-w-0 flex-1 break-words">{text}</span>
      <IconButton
        label={t('firstUse.dismiss')}
        icon={<CloseIcon className="h-3 w-3" />}
        onClick={() => {
          setNew(false);
        }}
      />
    </p>
  );
}
