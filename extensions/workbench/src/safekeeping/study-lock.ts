/**
 * @file Tells a second tab that the same study is being segmented in another one, so that neither overwrites the other's
 * unsaved work.
 */

export interface StudyLock {
  /** False when another tab of this browser holds the study. */
  readonly held: boolean;
  release(): void;
}

/** Takes the study for this tab, if it is free. A tab that closes or crashes frees it by itself (Web Locks API). */
export async function lockStudy(locks: LockManager, studyInstanceUid: string): Promise<StudyLock> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return new Promise<StudyLock>((resolve, reject) => {
    locks
      .request(`cordon-study-${studyInstanceUid}`, { ifAvailable: true }, (lock) => {
        resolve({ held: lock !== null, release });
        return lock ? released : undefined;
      })
      .catch(reject);
  });
}
