/** @file Icons of the panel: own line drawings on a grid of 24, in the colour of the text. */
import type { ReactNode } from 'react';

const icon = (drawing: ReactNode) =>
  function Icon({ className = 'h-4 w-4' }: { readonly className?: string }) {
    return (
      <svg
        className={className}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {drawing}
      </svg>
    );
  };

export const UndoIcon = icon(<path d="M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-4" />);
export const RedoIcon = icon(<path d="m16 5 4 4-4 4m4-4H10a6 6 0 0 0 0 12h4" />);
export const ResetIcon = icon(<path d="M4 4v6h6M4.6 15a8 8 0 1 0 1-8.4L4 10" />);
export const SearchIcon = icon(
  <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm5-1.5L20 20" />
);
export const BackIcon = icon(<path d="m14 6-6 6 6 6" />);
export const ChevronIcon = icon(<path d="m6 9 6 6 6-6" />);
export const CheckIcon = icon(<path d="m5 13 4.5 4.5L19 7" />);
export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const PlayIcon = icon(<path d="M8 5v14l11-7L8 5Z" />);
export const StopIcon = icon(<path d="M7 7h10v10H7z" />);
export const LockIcon = icon(<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />);
export const UnlockIcon = icon(<path d="M6 11h12v9H6zM8.5 11V7a3.5 3.5 0 0 1 6.8-1.2" />);
export const TagIcon = icon(<path d="M4 4h8l8.5 8.5-8 8L4 12V4Zm4 4h.01" />);
export const WandIcon = icon(
  <path d="m4 20 10-10m2-2 1-1M14 4v2m0 6v2m5-5h2m-9 0h-2m7.5-3.5L19 4m0 10-1.5-1.5" />
);
export const HelpIcon = icon(
  <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1 1-1.1 1.8m0 3h.01" />
);
export const InfoIcon = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v6m0-9h.01" />);
export const WarningIcon = icon(<path d="M12 4 3 20h18L12 4Zm0 6v4m0 3h.01" />);
export const ErrorIcon = icon(<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5Zm4 5v5m0 3h.01" />);

export const SeedIcon = icon(
  <path d="M12 3v5m0 8v5M3 12h5m8 0h5M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z" />
);
export const ScribbleIcon = icon(<path d="M3 16c3-9 6-11 7-8s-3 9 0 9 5-11 8-10-1 8 3 9" />);
export const EraserIcon = icon(<path d="m4 15 9-10 7 6-8 9H8l-4-5Zm4-4.5 7 6.5M12 20h8" />);
export const BoxIcon = icon(
  <path d="M6 6h12v12H6zM4 4h4v4H4zM16 4h4v4h-4zM4 16h4v4H4zM16 16h4v4h-4z" />
);
export const AnchorPathIcon = icon(
  <path d="M6 17c-2-4 0-9 4-10m4 0c4 0 6 4 4 8m-2 3c-2 2-5 2-8 0M10 5h4v4h-4zM4 16h4v4H4zM16 15h4v4h-4z" />
);
export const SphereIcon = icon(
  <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-9-9c0 4 18 4 18 0m-9 0 6-5" />
);
export const HistogramIcon = icon(<path d="M4 20v-5m4 5V9m4 11V4m4 16v-9m4 9v-4" />);
export const CutIcon = icon(<path d="M13 3c-4 6 3 10-1 18M7 9v6m-3-3h6m5 0h5" />);
export const TrashIcon = icon(<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5m4-5v5" />);

const STAR = 'm12 4 2.5 5.2 5.5.8-4 4 1 5.6L12 17l-5 2.6 1-5.6-4-4 5.5-.8L12 4Z';
export const StarIcon = icon(<path d={STAR} />);
export const StarFilledIcon = icon(<path d={STAR} fill="currentColor" />);
